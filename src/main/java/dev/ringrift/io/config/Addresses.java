package dev.ringrift.io.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/// Addresses of agents as people write them, made into the one form that links dial.
public final class Addresses {
  /// Where an agent listens unless told otherwise.
  public static final int PORT = 8770;

  private Addresses() {}

  /// Turns `host`, `host:port`, `[::1]:port`, `ws://…`, `wss://…`, `http://…` or `https://…` into
  /// `ws://host:port` or `wss://host:port`.
  ///
  /// @throws IllegalArgumentException when it is no address; the message says what may be written
  public static String normalise(String text) {
    String trimmed = text.strip();
    String withScheme = trimmed.contains("://") ? trimmed : "ws://" + trimmed;
    try {
      URI uri = new URI(withScheme);
      String scheme =
          switch (String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT)) {
            case "ws", "http" -> "ws";
            case "wss", "https" -> "wss";
            default -> throw new IllegalArgumentException(wrong(text));
          };
      boolean hasPath = uri.getPath() != null && !uri.getPath().matches("/?");
      if (uri.getHost() == null || uri.getUserInfo() != null || hasPath || uri.getPort() > 65_535) {
        throw new IllegalArgumentException(wrong(text));
      }
      int port = uri.getPort() > 0 ? uri.getPort() : scheme.equals("wss") ? 443 : PORT;
      return scheme + "://" + uri.getHost() + ":" + port;
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(wrong(text), e);
    }
  }

  /// The HTTP address of an agent at a link address.
  public static String http(String linkAddress) {
    return linkAddress.replaceFirst("^ws", "http");
  }

  private static String wrong(String text) {
    return "'%s' is no address: write host, host:port or ws://host:port".formatted(text);
  }
}
