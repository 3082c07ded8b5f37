package dev.ringrift.agent.data;

import dev.ringrift.core.data.Manifest;
import dev.ringrift.core.data.PieceSet;
import java.nio.file.Path;
import java.time.Duration;

/// What this node has of one file, whole or still being fetched. Thread-safe.
public interface Holding {
  Manifest manifest();

  /// What may be given on: every piece in it has been verified.
  Have have();

  /// Where the bytes of `have` lie, each at its place in the file. May change when the file is
  /// whole; a reader that has it open reads on.
  Path file();

  /// Waits until `have` has another generation than `generation`, or until the time is over.
  Have awaitChange(long generation, Duration longest) throws InterruptedException;

  /// @param generation rises with every change
  /// @param verified pieces that can be asked for
  /// @param coming pieces that are being fetched: others had better fetch different ones
  record Have(long generation, PieceSet verified, PieceSet coming) {}
}
