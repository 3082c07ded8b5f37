package dev.ringrift.core.trust;

import dev.ringrift.core.NodeId;
import dev.ringrift.core.Role;

/// The claims of a node's credential: this key is that node, in this role, until then.
///
/// @param cluster id of the cluster
/// @param id the credential's own name (`jti`), by which it can be revoked
/// @param node whose it is (`sub`)
/// @param key the node's Ed25519 public key (`cnf`), base64url of its 32 bytes
/// @param issuer empty when the operator signed it, otherwise the voter that did by delegation
/// @param issuedSeconds since 1970 (`iat`)
/// @param expiresSeconds since 1970 (`exp`)
public record Credential(
    String cluster,
    String id,
    NodeId node,
    Role role,
    String key,
    String issuer,
    long issuedSeconds,
    long expiresSeconds) {
  public Credential {
    if (key.length() != 43) {
      throw new IllegalArgumentException(
          "key '%s' is not the base64url of 32 bytes".formatted(key));
    }
    if (expiresSeconds <= issuedSeconds) {
      throw new IllegalArgumentException(
          "a credential from %d to %d has no life".formatted(issuedSeconds, expiresSeconds));
    }
  }

  /// Whether the operator signed it, not a voter.
  public boolean byOperator() {
    return issuer.isEmpty();
  }

  /// Whether it is time to ask for the next one: the last third of its life has begun.
  public boolean renewalDue(long nowMillis) {
    long third = (expiresSeconds - issuedSeconds) / 3;
    return nowMillis / 1000 >= expiresSeconds - third;
  }
}
