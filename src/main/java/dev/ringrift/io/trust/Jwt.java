package dev.ringrift.io.trust;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.ringrift.io.json.Json;
import java.security.PrivateKey;
import java.util.Base64;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// A compact JWT (RFC 7519) signed with EdDSA (RFC 8037), and no other algorithm. Its `typ` keeps
/// the kinds apart, so that none can be shown as another (RFC 8725, 3.11).
///
/// @param type one of `Kind`
/// @param claims not to be believed before `signedBy` said yes
@SuppressWarnings("ArrayRecordComponent") // never compared
record Jwt(Kind type, JsonNode claims, byte[] signedPart, byte[] signature) {
  /// Longest JWT that is read: a worker's credential holds its voter's delegation.
  static final int CHARS_MAX = 8192;

  private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

  /// The kinds, as the `typ` of the header.
  enum Kind {
    CREDENTIAL("ringrift-credential+jwt"),
    DELEGATION("ringrift-delegation+jwt"),
    TOKEN("ringrift-token+jwt"),
    ENROLMENT("ringrift-enrolment+jwt"),
    EPOCH("ringrift-epoch+jwt"),
    DATA_PASS("ringrift-data-pass+jwt"),
    ROTATION("ringrift-rotation+jwt");

    private final String typ;

    Kind(String typ) {
      this.typ = typ;
    }
  }

  /// Signs `claims`.
  static String sign(Kind type, Map<String, Object> claims, PrivateKey key) {
    byte[] header = Json.bytes(Map.of("alg", "EdDSA", "typ", type.typ));
    String signed =
        ENCODER.encodeToString(header) + "." + ENCODER.encodeToString(Json.bytes(claims));
    return signed + "." + ENCODER.encodeToString(Ed25519.sign(key, signed.getBytes(US_ASCII)));
  }

  /// Reads a JWT of the given kind, without believing it.
  ///
  /// @throws IllegalArgumentException when it is none
  static Jwt parse(Kind wanted, String compact) {
    if (compact.length() > CHARS_MAX) {
      throw new IllegalArgumentException(
          "the JWT has %d characters, more than %d".formatted(compact.length(), CHARS_MAX));
    }
    String[] parts = compact.split("\\.", -1);
    if (parts.length != 3) {
      throw new IllegalArgumentException("a JWT has 3 parts, this has " + parts.length);
    }
    JsonNode header = Json.tree(Base64.getUrlDecoder().decode(parts[0]));
    if (!header.path("alg").asString("").equals("EdDSA")) {
      throw new IllegalArgumentException(
          "the JWT is signed with '%s', only EdDSA is good".formatted(header.path("alg")));
    }
    if (!header.path("typ").asString("").equals(wanted.typ)) {
      throw new IllegalArgumentException(
          "the JWT is a '%s', wanted is '%s'".formatted(header.path("typ"), wanted.typ));
    }
    return new Jwt(
        wanted,
        Json.tree(Base64.getUrlDecoder().decode(parts[1])),
        (parts[0] + "." + parts[1]).getBytes(US_ASCII),
        Base64.getUrlDecoder().decode(parts[2]));
  }

  /// Whether this key signed it.
  boolean signedBy(String publicKey) {
    return Ed25519.verifies(publicKey, signedPart, signature);
  }

  /// A claim that has to be there.
  ///
  /// @throws IllegalArgumentException when it is not a text
  String text(String claim) {
    JsonNode value = claims.path(claim);
    if (!value.isString()) {
      throw new IllegalArgumentException("the JWT has no text '%s'".formatted(claim));
    }
    return value.stringValue();
  }

  /// A claim that has to be a whole number.
  long number(String claim) {
    JsonNode value = claims.path(claim);
    if (!value.isIntegralNumber()) {
      throw new IllegalArgumentException("the JWT has no number '%s'".formatted(claim));
    }
    return value.longValue();
  }
}
