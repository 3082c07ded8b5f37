package dev.ringrift.cli.data;

import dev.ringrift.cli.CommandError;
import dev.ringrift.cli.Shell;
import dev.ringrift.core.UserError;
import dev.ringrift.data.Aria2Config;
import dev.ringrift.data.Aria2Transport;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/// How this machine fetches, on every command that does so without a cluster.
final class FetchOptions {
  @Option(
      names = "--engine",
      paramLabel = "ENGINE",
      description = "swarm (needs nothing) or aria2 (needs aria2c).")
  private String engine = "auto";

  @Option(names = "--no-verify", description = "Take what has no hash as it comes.")
  private boolean noVerify;

  @Option(
      names = "--header",
      paramLabel = "'NAME: VALUE'",
      description = "Sent to the sources that were named.")
  private List<String> headers = new ArrayList<>();

  boolean verify() {
    return !noVerify;
  }

  /// Through the proxy of `RINGRIFT_SOCKS_PROXY`, or of `RINGRIFT_HTTP_PROXY`, which aria2 needs.
  Aria2Transport open(Shell shell) {
    return CommandError.badInput(
        () -> {
          Aria2Config.Builder builder =
              Aria2Config.builder()
                  .verifyChecksum(!noVerify)
                  .engine(engine())
                  .headers(headers())
                  .hashCache(shell.dataDir().resolve("hashes"));
          proxy(shell, "RINGRIFT_HTTP_PROXY", "http", "http://HOST:PORT")
              .or(() -> proxy(shell, "RINGRIFT_SOCKS_PROXY", "socks5h?", "socks5://HOST:PORT"))
              .ifPresent(builder::proxy);
          try {
            return new Aria2Transport(builder.build());
          } catch (IllegalArgumentException e) {
            throw new UserError(String.valueOf(e.getMessage()), "", "");
          }
        });
  }

  private static Optional<URI> proxy(Shell shell, String variable, String scheme, String form) {
    String text = shell.environment().getOrDefault(variable, "").strip();
    if (text.isEmpty()) {
      return Optional.empty();
    }
    UserError wrong =
        new UserError(
            "%s is '%s', which is no such proxy".formatted(variable, text), "", "write " + form);
    try {
      URI uri = new URI(text);
      if (String.valueOf(uri.getScheme()).matches(scheme)
          && uri.getHost() != null
          && uri.getPort() > 0) {
        return Optional.of(uri);
      }
    } catch (URISyntaxException e) {
      throw wrong;
    }
    throw wrong;
  }

  private Aria2Config.Engine engine() {
    try {
      return Aria2Config.Engine.valueOf(engine.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new UserError("there is no engine '%s'".formatted(engine), "", "use swarm or aria2");
    }
  }

  Map<String, String> headers() {
    Map<String, String> all = new LinkedHashMap<>();
    for (String line : headers) {
      int colon = line.indexOf(':');
      if (colon < 1 || line.chars().anyMatch(Character::isISOControl)) {
        throw new UserError("'%s' is no header".formatted(line), "", "write 'Name: value'");
      }
      all.put(line.substring(0, colon).strip(), line.substring(colon + 1).strip());
    }
    return all;
  }

  /// The address of a file on a web server.
  static URI source(String text) {
    URI uri = uri(text);
    if (uri.getHost() == null || !String.valueOf(uri.getScheme()).matches("(?i)https?")) {
      throw new UserError("'%s' is no source".formatted(text), "", "write http://HOST[:PORT]/PATH");
    }
    return uri;
  }

  /// A web address.
  static URI uri(String text) {
    try {
      return new URI(text);
    } catch (URISyntaxException e) {
      throw new UserError(
          "'%s' is no address".formatted(text),
          String.valueOf(e.getReason()),
          "write http://HOST:PORT/PATH");
    }
  }
}
