package dev.ringrift.io.trust;

import dev.ringrift.core.UserError;
import dev.ringrift.io.json.Json;
import java.util.Base64;
import java.util.List;
import java.util.Objects;

/// What one line on a new machine needs to make it a worker. A secret until it ends: it is told to
/// nobody but a voter that has proven itself by the operator's key in here.
///
/// @param cluster id of the cluster
/// @param operatorKey the operator's public key
/// @param addresses of voters
/// @param secret the operator's leave, a JWT
public record JoinToken(String cluster, String operatorKey, List<String> addresses, String secret) {
  private static final String PREFIX = "ringrift-join-";

  public JoinToken {
    Objects.requireNonNull(cluster, "cluster");
    Objects.requireNonNull(secret, "secret");
    addresses = List.copyOf(addresses);
    Ed25519.publicKey(operatorKey); // throws when it is none
  }

  /// The token as one line.
  public String line() {
    return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(Json.bytes(this));
  }

  /// Reads what `line` wrote.
  public static JoinToken parse(String line) {
    String text = line.strip();
    try {
      if (!text.startsWith(PREFIX)) {
        throw new IllegalArgumentException("it does not begin with " + PREFIX);
      }
      return Json.read(
          Base64.getUrlDecoder().decode(text.substring(PREFIX.length())), JoinToken.class);
    } catch (IllegalArgumentException e) {
      throw new UserError(
          "this is no join token",
          String.valueOf(e.getMessage()),
          "paste the whole line that 'ringrift join-token' printed");
    }
  }

  /// What a machine knows of the cluster before it has a credential.
  public Grant unsigned() {
    return new Grant(cluster, "", operatorKey, List.of(), "", "", "");
  }

  @Override
  public String toString() {
    return "JoinToken[cluster=%s, addresses=%s]".formatted(cluster, addresses);
  }
}
