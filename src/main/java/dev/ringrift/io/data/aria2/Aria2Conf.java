package dev.ringrift.io.data.aria2;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/// The configuration file of our `aria2c`. It takes the place of the user's own, and it holds the
/// secret, which `ps` would show if it were an argument.
final class Aria2Conf {
  // A metalink of the most pieces, in base 64.
  private static final String REQUEST_BYTES_MAX = "32M";

  private Aria2Conf() {}

  /// @param agentPid aria2c ends by itself when this process does
  static String text(Aria2Settings settings, int port, String secret, long agentPid) {
    Map<String, Object> lines = new LinkedHashMap<>();
    lines.put("enable-rpc", true);
    lines.put("rpc-listen-all", false);
    lines.put("rpc-listen-port", port);
    lines.put("rpc-secret", secret);
    lines.put("rpc-allow-origin-all", false);
    lines.put("rpc-max-request-size", REQUEST_BYTES_MAX);
    lines.put("stop-with-process", agentPid);
    lines.put("max-connection-per-server", settings.connectionsPerServer());
    lines.put("split", settings.splitPerSource());
    lines.put("min-split-size", settings.minSplitSizeBytes());
    lines.put("max-concurrent-downloads", settings.downloadsMax());
    lines.put("connect-timeout", settings.connectTimeout().toSeconds());
    lines.put("timeout", settings.timeout().toSeconds());
    lines.put("retry-wait", settings.retryWait().toSeconds());
    lines.put("max-tries", settings.triesMax());
    // What a crash costs: unless it is set, a whole minute.
    lines.put("auto-save-interval", 1);
    lines.put("file-allocation", "trunc");
    lines.put("auto-file-renaming", false);
    lines.put("always-resume", false);
    lines.put("check-certificate", true);
    lines.put("http-accept-gzip", false);
    lines.put("no-netrc", true);
    lines.put("follow-torrent", false);
    lines.put("follow-metalink", false);
    lines.put("enable-dht", false);
    lines.put("enable-dht6", false);
    lines.put("bt-enable-lpd", false);
    lines.put("quiet", true);
    lines.put("max-download-result", 100);
    settings.proxies().http().ifPresent(proxy -> proxy(lines, proxy));
    return lines.entrySet().stream()
        .map(line -> line.getKey() + "=" + line.getValue() + "\n")
        .collect(Collectors.joining());
  }

  private static void proxy(Map<String, Object> lines, URI proxy) {
    lines.put("all-proxy", proxy);
    // Otherwise tailscaled opens its own connections, two a host, and copies.
    lines.put("proxy-method", "tunnel");
    lines.put("no-proxy", "127.0.0.1,localhost,::1");
  }

  /// Takes proxies out of a child's environment: aria2 reads them, and when it does not
  /// understand one (`socks5://`) it goes past it without one.
  static void withoutProxies(Map<String, String> environment) {
    environment.keySet().removeIf(name -> name.toLowerCase(Locale.ROOT).endsWith("_proxy"));
  }
}
