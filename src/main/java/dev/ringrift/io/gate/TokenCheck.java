package dev.ringrift.io.gate;

import dev.ringrift.core.trust.Caller;

/// Tells who holds a token. Thread-safe; may block for a moment.
@FunctionalInterface
public interface TokenCheck {
  /// Who signed in with `jwt` and with which scopes.
  ///
  /// @throws dev.ringrift.core.UserError when the token is not good, and why
  Caller check(String jwt);
}
