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

  /// The same task in a further state, which it has been in since it came there.
  Task in(TaskState to, String why, long atMillis, List<Attempt> now) {
    return new Task(
        id,
        to,
        why,
        to == state ? sinceMillis : atMillis,
        failures,
        losses,
        notBeforeMillis,
        committed,
        cancelWanted,
        now);
  }

  /// The same task for good: nothing more is to happen to it.
  Task ended(TaskState as, int result, String why, long atMillis, List<Attempt> now) {
    return new Task(id, as, why, atMillis, failures, losses, 0, result, false, now);
  }

  Task withAttempts(List<Attempt> now) {
    return in(state, reason, sinceMillis, now);
  }

  Task withFailures(int value, long nextMillis) {
    return new Task(
        id,
        state,
        reason,
        sinceMillis,
        value,
        losses,
        nextMillis,
        committed,
        cancelWanted,
        attempts);
  }

  Task withLosses(int value) {
    return new Task(
        id,
        state,
        reason,
        sinceMillis,
        failures,
        value,
        notBeforeMillis,
        committed,
        cancelWanted,
        attempts);
  }

  Task withCancel(String why, List<Attempt> now) {
    return new Task(
        id, state, why, sinceMillis, failures, losses, notBeforeMillis, committed, true, now);
  }
}
