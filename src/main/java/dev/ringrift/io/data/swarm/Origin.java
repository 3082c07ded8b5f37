package dev.ringrift.io.data.swarm;

import java.net.InetAddress;
import java.net.URI;
import java.util.Locale;

/// A server: what must be the same for headers that are meant for it to be sent.
record Origin(boolean tls, String host, int port) {
  static Origin of(URI uri) {
    boolean tls = uri.getScheme().equalsIgnoreCase("https");
    int port = uri.getPort() > 0 ? uri.getPort() : tls ? 443 : 80;
    String host = uri.getHost().toLowerCase(Locale.ROOT);
    return new Origin(
        tls, host.startsWith("[") ? host.substring(1, host.length() - 1) : host, port);
  }

  /// Whether it is this machine, as far as its name says.
  boolean loopback() {
    try {
      return host.equals("localhost") || InetAddress.ofLiteral(host).isLoopbackAddress();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /// As in a `Host` header.
  String authority() {
    String name = host.contains(":") ? "[" + host + "]" : host;
    return port == (tls ? 443 : 80) ? name : name + ":" + port;
  }
}
