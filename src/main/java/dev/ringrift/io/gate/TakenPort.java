package dev.ringrift.io.gate;

import dev.ringrift.core.UserError;
import java.net.BindException;
import java.nio.file.Path;
import java.util.Optional;

/// Why a port cannot be listened on.
public final class TakenPort {
  private TakenPort() {}

  /// What a person is told.
  ///
  /// @param cause what the attempt to listen ended with
  public static UserError error(String host, int port, Throwable cause) {
    if (!(cause instanceof BindException)) {
      return new UserError(
          "cannot listen on %s port %d".formatted(host, port), String.valueOf(cause), "");
    }
    Optional<PortHolder.Holder> holder = new PortHolder(Path.of("/proc")).find(port);
    return new UserError(
        "cannot listen on %s port %d".formatted(host, port),
        holder
            .map(held -> "process %d holds it: %s".formatted(held.pid(), held.command()))
            .orElseGet(() -> String.valueOf(cause.getMessage())),
        holder
            .map(held -> "stop it (kill %d) or choose another port".formatted(held.pid()))
            .orElse("choose another port, or an address of this machine"));
  }
}
