package dev.ringrift.io.trust;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.ringrift.core.UserError;
import dev.ringrift.io.json.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// An Ed25519 key pair on disk, as a JWK (RFC 8037) of mode 0600.
final class KeyFile {
  private KeyFile() {}

  /// Makes a new key. A key that is there is never overwritten: it may be the only one.
  static KeyPair create(Path file) {
    if (Files.exists(file)) {
      throw new UserError(
          "there is a key in %s already".formatted(file),
          "a key that is overwritten is lost for good",
          "move it away first, or use it");
    }
    KeyPair keys = Ed25519.generate();
    write(file, keys);
    return keys;
  }

  static void write(Path file, KeyPair keys) {
    ObjectNode jwk = Json.shared().createObjectNode();
    jwk.put("kty", "OKP");
    jwk.put("crv", "Ed25519");
    jwk.put("x", Ed25519.text(keys.getPublic()));
    jwk.put("d", Ed25519.text(keys.getPrivate()));
    PrivateFile.write(file, Json.bytes(jwk));
  }

  static KeyPair load(Path file) {
    JsonNode jwk;
    KeyPair keys;
    try {
      jwk = Json.tree(PrivateFile.readSecret(file));
      keys =
          new KeyPair(
              Ed25519.publicKey(jwk.path("x").asString("")),
              Ed25519.privateKey(jwk.path("d").asString("")));
    } catch (IllegalArgumentException e) {
      throw damaged(file, String.valueOf(e.getMessage()));
    }
    byte[] probe = "ringrift".getBytes(US_ASCII);
    if (!Ed25519.verifies(
        Ed25519.text(keys.getPublic()), probe, Ed25519.sign(keys.getPrivate(), probe))) {
      throw damaged(file, "its public half does not belong to its private half");
    }
    return keys;
  }

  private static UserError damaged(Path file, String because) {
    return new UserError(
        "the key file %s is damaged".formatted(file),
        because,
        "put your backup of it in its place");
  }
}
