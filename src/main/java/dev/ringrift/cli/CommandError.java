package dev.ringrift.cli;

import dev.ringrift.core.UserError;
import java.util.function.Supplier;

/// An error for people together with the exit code for scripts.
public final class CommandError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int exitCode;
  private final UserError error;

  public CommandError(int exitCode, UserError error) {
    super(error.what(), error, false, false);
    this.exitCode = exitCode;
    this.error = error;
  }

  /// What `read` returns; its `UserError` becomes one of bad input.
  public static <T> T badInput(Supplier<T> read) {
    try {
      return read.get();
    } catch (UserError e) {
      throw new CommandError(ExitCode.BAD_INPUT, e);
    }
  }

  public int exitCode() {
    return exitCode;
  }

  public UserError error() {
    return error;
  }
}
