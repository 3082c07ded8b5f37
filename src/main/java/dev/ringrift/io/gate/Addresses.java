package dev.ringrift.io.gate;

import java.net.InetAddress;
import java.util.Locale;

/// What an IP address says of where it is. No name is ever looked up.
public final class Addresses {
  private Addresses() {}

  /// Whether it is this machine's own.
  public static boolean loopback(String ip) {
    return literal(ip) && parse(ip).isLoopbackAddress();
  }

  /// Whether only a tailnet hands it out: 100.64.0.0/10 or fd7a:115c:a1e0::/48.
  public static boolean tailnet(String ip) {
    if (!literal(ip)) {
      return false;
    }
    byte[] bytes = parse(ip).getAddress();
    if (bytes.length == 4) {
      return bytes[0] == 100 && (bytes[1] & 0xc0) == 64;
    }
    return (bytes[0] & 0xff) == 0xfd
        && bytes[1] == 0x7a
        && bytes[2] == 0x11
        && bytes[3] == 0x5c
        && (bytes[4] & 0xff) == 0xa1
        && (bytes[5] & 0xff) == 0xe0;
  }

  /// Whether it is reached over networks that anybody may listen on.
  public static boolean isPublic(String ip) {
    if (!literal(ip)) {
      return true;
    }
    InetAddress address = parse(ip);
    boolean uniqueLocal =
        address.getAddress().length == 16 && (address.getAddress()[0] & 0xfe) == 0xfc;
    return !address.isLoopbackAddress()
        && !address.isSiteLocalAddress()
        && !address.isLinkLocalAddress()
        && !uniqueLocal
        && !tailnet(ip);
  }

  /// Whether it is an address and no name.
  public static boolean literal(String host) {
    return host.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}")
        || (host.contains(":") && host.matches("[0-9a-fA-F:.]+(%[0-9a-zA-Z]+)?"));
  }

  /// The host of a `Host` header in lower case, without port and brackets.
  public static String hostOf(String header) {
    String host = header.strip().toLowerCase(Locale.ROOT);
    if (host.startsWith("[")) {
      int end = host.indexOf(']');
      return end < 0 ? host : host.substring(1, end);
    }
    int colon = host.indexOf(':');
    return colon < 0 ? host : host.substring(0, colon);
  }

  private static InetAddress parse(String ip) {
    try {
      return InetAddress.ofLiteral(ip);
    } catch (IllegalArgumentException e) {
      return InetAddress.ofLiteral("255.255.255.255"); // looks like an address and is none
    }
  }
}
