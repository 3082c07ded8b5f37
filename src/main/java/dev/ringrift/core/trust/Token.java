package dev.ringrift.core.trust;

import java.util.Set;

/// The claims of a bearer token for HTTP: whoever holds it may do this.
///
/// @param id its own name (`jti`), by which it can be revoked
/// @param subject who asked for it, for the log
public record Token(
    String cluster,
    String id,
    String subject,
    Set<Scope> scopes,
    long issuedSeconds,
    long expiresSeconds) {
  public Token {
    scopes = Set.copyOf(scopes);
  }
}
