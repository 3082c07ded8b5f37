package dev.ringrift.io.data.swarm;

import dev.ringrift.core.UserError;
import java.net.URI;

/// The proxy of all outgoing connections but those to this machine. It resolves the names: with
/// userspace Tailscale nobody else can.
public record Proxy(Kind kind, String host, int port) {
  /// How to speak to it.
  public enum Kind {
    /// RFC 1928, without a password.
    SOCKS5,
    /// `CONNECT` of RFC 9110.
    HTTP
  }

  /// Reads `socks5://host:port` or `http://host:port`.
  public static Proxy parse(String text) {
    try {
      URI uri = URI.create(text);
      String scheme = String.valueOf(uri.getScheme());
      String host = uri.getHost();
      if (host != null && uri.getPort() > 0 && scheme.matches("socks5h?|http")) {
        return new Proxy(scheme.equals("http") ? Kind.HTTP : Kind.SOCKS5, host, uri.getPort());
      }
    } catch (IllegalArgumentException e) {
      // Said below: it is of no form that a proxy has.
    }
    throw new UserError(
        "'%s' is no proxy".formatted(text), "", "use socks5://host:port or http://host:port");
  }

  @Override
  public String toString() {
    return "%s://%s:%d".formatted(kind == Kind.HTTP ? "http" : "socks5", host, port);
  }
}
