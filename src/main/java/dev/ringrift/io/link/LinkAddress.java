package dev.ringrift.io.link;

import java.net.URI;

/// Where an agent can be dialled: `ws://host:port`, or `wss://host:port` where something before it
/// (a tunnel) speaks TLS.
///
/// @param host a name or an address, without brackets
record LinkAddress(boolean secure, String host, int port) {
  /// The path of links on the agent's port.
  static final String PATH = "/link";

  static LinkAddress parse(String text) {
    try {
      URI uri = URI.create(text);
      String scheme = String.valueOf(uri.getScheme());
      String host = uri.getHost();
      boolean plain = scheme.equals("ws");
      if (host == null || !(plain || scheme.equals("wss")) || !bare(uri)) {
        throw new IllegalArgumentException("wrong form");
      }
      int port = uri.getPort() >= 0 ? uri.getPort() : plain ? 80 : 443;
      String name = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
      return new LinkAddress(!plain, name, port);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "'%s' is no address of an agent: use ws://host:port or wss://host:port".formatted(text),
          e);
    }
  }

  private static boolean bare(URI uri) {
    String path = uri.getPath();
    return (path.isEmpty() || path.equals("/"))
        && uri.getQuery() == null
        && uri.getUserInfo() == null;
  }

  /// Whether it is this machine, which no proxy is asked for.
  boolean loopback() {
    return host.equals("localhost") || host.startsWith("127.") || host.equals("::1");
  }

  @Override
  public String toString() {
    String shown = host.contains(":") ? "[" + host + "]" : host;
    return (secure ? "wss://" : "ws://") + shown + ":" + port;
  }
}
