package dev.ringrift.core.data;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;

/// A SHA-256 of some bytes (FIPS 180-4). Immutable.
public final class Sha256 implements Comparable<Sha256> {
  public static final int BYTES = 32;

  private final byte[] bytes;

  private Sha256(byte[] bytes) {
    this.bytes = bytes;
  }

  /// @param bytes all 32 of them; copied
  public static Sha256 of(byte[] bytes) {
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException(
          "a SHA-256 has %d bytes, not %d".formatted(BYTES, bytes.length));
    }
    return new Sha256(bytes.clone());
  }

  /// @param hex 64 hexadecimal digits
  /// @throws IllegalArgumentException when it is something else
  public static Sha256 parse(String hex) {
    if (hex.length() != 2 * BYTES || !hex.chars().allMatch(HexFormat::isHexDigit)) {
      throw new IllegalArgumentException(
          "'%s' is no SHA-256: that is %d hexadecimal digits".formatted(hex, 2 * BYTES));
    }
    return new Sha256(HexFormat.of().parseHex(hex.toLowerCase(Locale.ROOT)));
  }

  /// A copy of the 32 bytes.
  public byte[] bytes() {
    return bytes.clone();
  }

  /// Whether these are the 32 bytes that a digest gave.
  public boolean matches(byte[] digest) {
    return Arrays.equals(bytes, digest);
  }

  @Override
  public int compareTo(Sha256 other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Sha256 that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /// 64 hexadecimal digits, in lower case.
  @Override
  public String toString() {
    return HexFormat.of().formatHex(bytes);
  }
}
