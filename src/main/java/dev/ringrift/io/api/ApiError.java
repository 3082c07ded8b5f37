package dev.ringrift.io.api;

import dev.ringrift.core.UserError;

/// Ends a call with an error reply.
public final class ApiError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final UserError error;

  public ApiError(int status, UserError error) {
    super(error.what(), null, false, false);
    this.status = status;
    this.error = error;
  }

  /// The question itself is wrong.
  public static ApiError bad(String what, String because, String mend) {
    return new ApiError(400, new UserError(what, because, mend));
  }

  /// What is asked for is not there.
  public static ApiError missing(String what, String because, String mend) {
    return new ApiError(404, new UserError(what, because, mend));
  }

  /// It cannot be done in the present state.
  public static ApiError conflict(String what, String because, String mend) {
    return new ApiError(409, new UserError(what, because, mend));
  }

  /// Nobody can answer it now.
  public static ApiError unavailable(String what, String because, String mend) {
    return new ApiError(503, new UserError(what, because, mend));
  }

  public ApiReply reply() {
    return ApiReply.error(status, error);
  }
}
