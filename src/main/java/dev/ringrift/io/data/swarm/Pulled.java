package dev.ringrift.io.data.swarm;

import java.time.Duration;

/// How a question to a source ended.
sealed interface Pulled {
  /// All that was asked for came, or as much of it as was still wanted.
  record Done() implements Pulled {}

  /// No room now; to be asked again after `pause`.
  record Busy(Duration pause) implements Pulled {}

  /// It does not have this piece.
  record Lacking() implements Pulled {}

  /// It gives the file only as a whole.
  record NoRanges() implements Pulled {}

  /// It went wrong, and may go well next time.
  record Failed(String why) implements Pulled {}

  /// It is of no use: never again.
  record Refused(String why) implements Pulled {}
}
