package dev.ringrift.core.jobs;

import java.util.List;
import java.util.Optional;

/// One task of a job with all its attempts, as the ledger has it.
///
/// @param reason why it is in this state, for people; may be empty
/// @param sinceMillis when it came into this state
/// @param failures attempts that failed by themselves, counted against `retry.attempts`
/// @param losses attempts that went with their machine
/// @param notBeforeMillis the earliest time of the next attempt (backoff)
/// @param committed the number of the attempt whose result is the task's, 0 for none yet
/// @param cancelWanted whether someone cancelled it while attempts still lived
/// @param attempts in the order of their numbers
public record Task(
    TaskId id,
    TaskState state,
    String reason,
    long sinceMillis,
    int failures,
    int losses,
    long notBeforeMillis,
    int committed,
    boolean cancelWanted,
    List<Attempt> attempts) {
  public Task {
    attempts = List.copyOf(attempts);
  }

  /// A task that was just submitted.
  public static Task submitted(TaskId id, long atMillis) {
    return new Task(id, TaskState.WAITING, "", atMillis, 0, 0, 0, 0, false, List.of());
  }

  /// The attempt of that number, if there was one.
  public Optional<Attempt> attempt(int number) {
    return number >= 1 && number <= attempts.size()
        ? Optional.of(attempts.get(number - 1))
        : Optional.empty();
  }
}
