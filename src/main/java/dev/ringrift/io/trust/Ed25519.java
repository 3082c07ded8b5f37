package dev.ringrift.io.trust;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/// Ed25519 of the JDK, with keys as the bare 32 bytes in base64url that JWKs use (RFC 8037).
public final class Ed25519 {
  private static final int RAW_BYTES = 32;
  private static final byte[] PUBLIC_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");
  private static final byte[] PRIVATE_PREFIX =
      HexFormat.of().parseHex("302e020100300506032b657004220420");

  private Ed25519() {}

  /// A new pair of keys.
  public static KeyPair generate() {
    try {
      return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no Ed25519", e);
    }
  }

  /// The public key as text.
  public static String text(PublicKey key) {
    return tail(key.getEncoded());
  }

  static String text(PrivateKey key) {
    return tail(key.getEncoded());
  }

  /// Reads what `text` wrote.
  ///
  /// @throws IllegalArgumentException when it is no key
  public static PublicKey publicKey(String text) {
    try {
      return KeyFactory.getInstance("Ed25519")
          .generatePublic(new X509EncodedKeySpec(join(PUBLIC_PREFIX, text)));
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("'%s' is no Ed25519 public key".formatted(text), e);
    }
  }

  static PrivateKey privateKey(String text) {
    try {
      return KeyFactory.getInstance("Ed25519")
          .generatePrivate(new PKCS8EncodedKeySpec(join(PRIVATE_PREFIX, text)));
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("not an Ed25519 private key", e);
    }
  }

  static byte[] sign(PrivateKey key, byte[] data) {
    try {
      Signature signature = Signature.getInstance("Ed25519");
      signature.initSign(key);
      signature.update(data);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("cannot sign", e);
    }
  }

  static boolean verifies(String publicKey, byte[] data, byte[] signed) {
    try {
      Signature signature = Signature.getInstance("Ed25519");
      signature.initVerify(publicKey(publicKey));
      signature.update(data);
      return signature.verify(signed);
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      return false; // a signature of a wrong length or a key off the curve: not signed
    }
  }

  private static byte[] join(byte[] prefix, String text) {
    byte[] raw = Base64.getUrlDecoder().decode(text);
    if (raw.length != RAW_BYTES) {
      throw new IllegalArgumentException(
          "an Ed25519 key has 32 bytes, this has %d".formatted(raw.length));
    }
    byte[] whole = Arrays.copyOf(prefix, prefix.length + RAW_BYTES);
    System.arraycopy(raw, 0, whole, prefix.length, RAW_BYTES);
    return whole;
  }

  private static String tail(byte[] encoded) {
    byte[] raw = Arrays.copyOfRange(encoded, encoded.length - RAW_BYTES, encoded.length);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(raw);
  }
}
