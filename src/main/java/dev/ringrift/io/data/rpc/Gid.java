package dev.ringrift.io.data.rpc;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Locale;

/// The name that aria2 gives to a download: 16 hexadecimal digits.
final class Gid {
  private static final SecureRandom RANDOM = new SecureRandom();

  private Gid() {}

  static String fresh() {
    long value = RANDOM.nextLong();
    return HexFormat.of().toHexDigits(value == 0 ? 1 : value);
  }

  /// One that a caller chose.
  static String checked(String text) {
    if (!text.matches("[0-9a-fA-F]{16}") || text.matches("0+")) {
      throw RpcError.refused("'%s' is no GID: that is 16 hexadecimal digits".formatted(text));
    }
    return text.toLowerCase(Locale.ROOT);
  }
}
