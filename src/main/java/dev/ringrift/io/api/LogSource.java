package dev.ringrift.io.api;

import dev.ringrift.core.jobs.AttemptId;
import java.time.Duration;
import java.util.Optional;

/// The output of attempts that this node keeps. Thread-safe.
@FunctionalInterface
public interface LogSource {
  /// Reads from `offset`. Where nothing is there yet and the attempt goes on, waits for at most
  /// `wait`. Empty when this node keeps nothing of that attempt.
  ///
  /// @param stream `stdout` or `stderr`
  Optional<Chunk> read(AttemptId attempt, String stream, long offset, int maxBytes, Duration wait);

  /// A piece of output.
  ///
  /// @param offset of its first byte; higher than asked for where the beginning was dropped
  /// @param size how many bytes the stream has so far
  /// @param ended whether no more will come
  @SuppressWarnings("ArrayRecordComponent") // read once and never compared
  record Chunk(long offset, byte[] bytes, long size, boolean ended) {}
}
