package dev.ringrift.io.link;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Base64;

/// The smallest self-signed X.509 certificate (RFC 5280, RFC 8410) that carries a node's Ed25519
/// key into TLS. Only its key counts; name and dates say nothing, so that no clock matters.
final class NodeCertificate {
  private static final int SEQUENCE = 0x30;
  private static final byte[] ED25519 = der(SEQUENCE, der(0x06, new byte[] {0x2b, 0x65, 0x70}));
  private static final byte[] NAME =
      der(
          SEQUENCE,
          der(
              0x31,
              der(
                  SEQUENCE,
                  der(0x06, new byte[] {0x55, 0x04, 0x03}),
                  der(0x0c, "ringrift node".getBytes(US_ASCII)))));
  private static final byte[] ALWAYS =
      der(
          SEQUENCE,
          der(0x17, "000101000000Z".getBytes(US_ASCII)),
          der(0x18, "99991231235959Z".getBytes(US_ASCII)));

  private NodeCertificate() {}

  static X509Certificate of(KeyPair keys) {
    byte[] toBeSigned =
        der(
            SEQUENCE,
            der(0xa0, der(0x02, new byte[] {2})),
            der(0x02, new byte[] {1}),
            ED25519,
            NAME,
            ALWAYS,
            NAME,
            keys.getPublic().getEncoded());
    try {
      Signature signature = Signature.getInstance("Ed25519");
      signature.initSign(keys.getPrivate());
      signature.update(toBeSigned);
      byte[] bits = signature.sign();
      byte[] signed = new byte[bits.length + 1]; // a BIT STRING begins with its unused bits: none
      System.arraycopy(bits, 0, signed, 1, bits.length);
      byte[] whole = der(SEQUENCE, toBeSigned, ED25519, der(0x03, signed));
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(whole));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("cannot make the node's certificate", e);
    }
  }

  /// The key of a certificate as base64url of its 32 bytes.
  static String key(PublicKey key) {
    byte[] encoded = key.getEncoded();
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length));
  }

  private static byte[] der(int tag, byte[]... parts) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      content.writeBytes(part);
    }
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    whole.write(tag);
    int length = content.size();
    if (length < 0x80) {
      whole.write(length);
    } else if (length < 0x100) {
      whole.write(0x81);
      whole.write(length);
    } else {
      whole.write(0x82);
      whole.write(length >> 8);
      whole.write(length);
    }
    whole.writeBytes(content.toByteArray());
    return whole.toByteArray();
  }
}
