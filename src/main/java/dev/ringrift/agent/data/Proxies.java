package dev.ringrift.agent.data;

import java.net.URI;
import java.util.Optional;

/// The proxies through which a node reaches others; names are resolved there. What is on this
/// machine is reached without one.
///
/// @param socks `socks5://host:port`
/// @param http `http://host:port`, one that knows CONNECT
public record Proxies(Optional<URI> socks, Optional<URI> http) {
  /// The node reaches others by itself.
  public static final Proxies NONE = new Proxies(Optional.empty(), Optional.empty());

  public Proxies {
    socks.ifPresent(uri -> check(uri, "socks5h?"));
    http.ifPresent(uri -> check(uri, "http"));
  }

  private static void check(URI uri, String scheme) {
    if (uri.getHost() == null
        || uri.getPort() < 1
        || !String.valueOf(uri.getScheme()).matches(scheme)) {
      throw new IllegalArgumentException("'%s' is no such proxy".formatted(uri));
    }
  }

  /// Whether `host` is this machine, to which no proxy leads.
  public static boolean direct(String host) {
    return host.equalsIgnoreCase("localhost")
        || host.startsWith("127.")
        || host.equals("::1")
        || host.equals("[::1]");
  }
}
