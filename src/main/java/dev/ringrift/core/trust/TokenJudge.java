package dev.ringrift.core.trust;

/// Judges the bearer tokens that come over HTTP. Thread-safe.
public interface TokenJudge {
  /// Says whether `bearer` (the text after `Bearer `) is good now. The token that comes back has no
  /// more scopes than this node may grant.
  Ruling judge(String bearer);

  /// Says whether `bearer` allows `wanted` now.
  Ruling judge(String bearer, Scope wanted);

  /// What came of it.
  sealed interface Ruling {
    /// Yes.
    record Allowed(Token token) implements Ruling {}

    /// No; `detail` is for the caller.
    record Denied(Refusal reason, String detail) implements Ruling {}
  }
}
