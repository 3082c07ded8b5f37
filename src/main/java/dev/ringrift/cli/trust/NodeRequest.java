package dev.ringrift.cli.trust;

import dev.ringrift.core.NodeId;
import dev.ringrift.core.UserError;
import dev.ringrift.io.json.Json;
import dev.ringrift.io.trust.Ed25519;
import java.util.Base64;

/// What a machine shows the operator to have its key signed; no secret.
///
/// @param key the node's public key
record NodeRequest(NodeId node, String key) {
  private static final String PREFIX = "ringrift-request-";

  String line() {
    return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(Json.bytes(this));
  }

  static NodeRequest parse(String line) {
    String text = line.strip();
    try {
      if (!text.startsWith(PREFIX)) {
        throw new IllegalArgumentException("it does not begin with " + PREFIX);
      }
      NodeRequest request =
          Json.read(
              Base64.getUrlDecoder().decode(text.substring(PREFIX.length())), NodeRequest.class);
      Ed25519.publicKey(request.key()); // throws when it is none
      return request;
    } catch (IllegalArgumentException e) {
      throw new UserError(
          "this is no node request",
          String.valueOf(e.getMessage()),
          "paste the whole line that 'ringrift node request' printed");
    }
  }
}
