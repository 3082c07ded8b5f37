package dev.ringrift.io.link;

import dev.ringrift.core.UserError;
import io.vertx.core.net.ProxyOptions;
import io.vertx.core.net.ProxyType;
import java.net.URI;

/// The SOCKS5 proxy (RFC 1928) of all outgoing links but those to this machine. It resolves the
/// names: with userspace Tailscale nobody else can.
public record SocksProxy(String host, int port) {
  /// Reads `socks5://host:port`.
  public static SocksProxy parse(String text) {
    try {
      URI uri = URI.create(text);
      String scheme = String.valueOf(uri.getScheme());
      String host = uri.getHost();
      if (host == null || uri.getPort() < 1 || !scheme.matches("socks5h?")) {
        throw new IllegalArgumentException("wrong form");
      }
      return new SocksProxy(host, uri.getPort());
    } catch (IllegalArgumentException e) {
      throw new UserError("'%s' is no SOCKS5 proxy".formatted(text), "", "use socks5://host:port");
    }
  }

  /// For a client of Vert.x.
  public ProxyOptions options() {
    return new ProxyOptions().setType(ProxyType.SOCKS5).setHost(host).setPort(port);
  }

  @Override
  public String toString() {
    return "socks5://" + host + ":" + port;
  }
}
