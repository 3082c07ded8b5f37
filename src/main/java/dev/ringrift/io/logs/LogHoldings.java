package dev.ringrift.io.logs;

import dev.ringrift.core.jobs.AttemptId;
import java.util.List;

/// What a voter has of the attempts that changed there lately, for another that copies it.
///
/// @param instance a new random word for each start of the store: numbers count within it
/// @param next the number to go on after
/// @param attempts in the order in which they changed, oldest first
record LogHoldings(String instance, long next, List<Held> attempts) {
  /// Most attempts of one answer.
  static final int ATTEMPTS_MAX = 500;

  LogHoldings {
    attempts = List.copyOf(attempts);
  }

  /// What a voter has of one attempt.
  ///
  /// @param endedMillis wall time at which both streams had ended, 0 before
  record Held(AttemptId attempt, long endedMillis, List<Extent> streams) {
    Held {
      streams = List.copyOf(streams);
    }
  }

  /// How far a voter is with one stream.
  ///
  /// @param length the offset after its last byte
  /// @param ended whether nothing will follow
  record Extent(LogStream stream, long length, boolean ended) {}
}
