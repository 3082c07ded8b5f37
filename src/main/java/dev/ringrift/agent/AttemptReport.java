package dev.ringrift.agent;

import dev.ringrift.core.jobs.AttemptId;

/// What a node knows of one attempt.
///
/// @param state where it is
/// @param exitCode of the program; 128 + the signal's number when a signal ended it; meaningless
///     while it runs
/// @param reason why it failed or was cancelled, for people; empty otherwise
/// @param startedMillis wall time on that node, 0 before the start
/// @param endedMillis wall time on that node, 0 before the end
public record AttemptReport(
    AttemptId attempt,
    State state,
    int exitCode,
    String reason,
    long startedMillis,
    long endedMillis) {
  /// Where an attempt is on its node.
  public enum State {
    PREPARING,
    RUNNING,
    SUCCEEDED,
    FAILED,
    CANCELLED,
    /// It ended with its machine (a reboot) or its lease, by no fault of the job.
    LOST;

    /// Whether nothing of it runs any more.
    public boolean ended() {
      return this == SUCCEEDED || this == FAILED || this == CANCELLED || this == LOST;
    }
  }
}
