package dev.ringrift.cli;

import dev.ringrift.core.UserError;
import java.util.function.Supplier;

/// An error for people together with the exit code for scripts.
final class CommandError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int exitCode;
  private final UserError error;

  CommandError(int exitCode, UserError error) {
    super(error.what(), error, false, false);
    this.exitCode = exitCode;
    this.error = error;
  }

  /// What `read` returns; its `UserError` becomes one of bad input.
  static <T> T badInput(Supplier<T> read) {
    try {
      return read.get();
    } catch (UserError e) {
      throw new CommandError(ExitCode.BAD_INPUT, e);
    }
  }

  int exitCode() {
    return exitCode;
  }

  UserError error() {
    return error;
  }
}
