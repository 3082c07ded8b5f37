package dev.ringrift.core.ledger;

import dev.ringrift.core.data.Content;
import dev.ringrift.core.jobs.AttemptId;

/// One content that a name has had.
///
/// @param publisher who said so: a person, or `attempt 7.0.1`
public record DataVersion(Content content, String publisher, long atMillis) {
  private static final String ATTEMPT = "attempt ";

  /// The publisher of what an attempt made.
  public static String publisher(AttemptId attempt) {
    return ATTEMPT + attempt;
  }

  /// Whether an attempt made it: then the machine that it ran on has it first, and may vanish.
  public boolean ofAttempt() {
    return publisher.startsWith(ATTEMPT);
  }
}
