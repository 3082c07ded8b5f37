package dev.ringrift.io.gate;

import dev.ringrift.core.UserError;

/// Ends a request that is not let in.
public final class Barred extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final UserError error;

  /// @param status of the HTTP reply
  public Barred(int status, UserError error) {
    super(error.what(), null, false, false);
    this.status = status;
    this.error = error;
  }

  /// Of the HTTP reply.
  public int status() {
    return status;
  }

  /// What the sender is told.
  public UserError error() {
    return error;
  }
}
