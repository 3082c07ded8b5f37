package dev.ringrift.core.jobs;

import dev.ringrift.core.NodeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// How a task goes on when something happens to one of its attempts.
///
/// A task has a set of live attempts. The first success among them is its result, and the others
/// are then told to end; a failure is none while another attempt lives. Silence ends nothing: it
/// only lets a further attempt be placed, unless the job is exclusive. Losing a machine is not the
/// job's failure and costs none of its tries.
///
/// Each method returns the task as it is afterwards, or the same object when nothing changes.
public final class TaskRules {
  /// After so many lost machines the task is given up: it is more likely to be the cause.
  public static final int LOSSES_MAX = 10;

  private static final Duration BACKOFF_MAX = Duration.ofHours(1);

  private TaskRules() {}

  /// Whether a further attempt may be placed now, its dependencies aside.
  public static boolean placeable(Task task, JobSpec spec) {
    if (task.state() != TaskState.WAITING || task.cancelWanted()) {
      return false;
    }
    return spec.disconnect().exclusive()
        ? task.attempts().stream().noneMatch(Attempt::live)
        : task.attempts().stream().noneMatch(Attempt::counts);
  }

  /// How long the task still waits after a failure, in milliseconds. Leaders' wall clocks differ by
  /// anything: a wait that is longer than the backoff itself was counted on another clock than
  /// `nowMillis`, and is over.
  public static long backoffLeftMillis(Task task, JobSpec spec, long nowMillis) {
    long left = task.notBeforeMillis() - nowMillis;
    return left <= 0 || left > backoffMillis(spec.retry(), task.failures()) ? 0 : left;
  }

  /// A further attempt is reserved.
  public static Task placed(Task task, NodeId node, List<Integer> gpus, long atMillis) {
    List<Attempt> attempts = new ArrayList<>(task.attempts());
    attempts.add(Attempt.placed(attempts.size() + 1, node, gpus, atMillis));
    return derived(task, attempts, "", atMillis);
  }

  /// Its node reported an attempt.
  public static Task reported(
      Task task, JobSpec spec, int number, Attempt news, boolean roomToRevive, long atMillis) {
    Attempt old = task.attempts().get(number - 1);
    if (!old.live() && !revivable(task, spec, old, news, roomToRevive)) {
      return task;
    }
    if (old.live() && news.state().compareTo(old.state()) <= 0) {
      return old.silent() ? heard(task, number, atMillis) : task;
    }
    AttemptState state = news.state();
    if (state == AttemptState.FAILED && !old.stopReason().isEmpty()) {
      state = AttemptState.CANCELLED;
    }
    String why = news.reason().isEmpty() ? old.stopReason() : news.reason();
    Attempt moved =
        old.moved(
            state,
            news.exitCode(),
            state == AttemptState.SUCCEEDED ? "" : why,
            news.startedMillis(),
            news.endedMillis());
    List<Attempt> attempts = with(task, number, moved);
    return switch (state) {
      case PLACED, PREPARING, RUNNING -> derived(task, attempts, "", atMillis);
      case SUCCEEDED -> succeeded(task, attempts, number, atMillis);
      case FAILED -> failed(task, spec, attempts, moved, atMillis);
      case CANCELLED -> stopped(task, attempts, moved, atMillis);
      case LOST -> gone(task, attempts, why, atMillis);
    };
  }

  /// Its node has been silent for the job's `lost_after`.
  public static Task silent(Task task, int number, String reason, long atMillis) {
    Attempt old = task.attempts().get(number - 1);
    if (!old.live() || old.silent()) {
      return task;
    }
    return derived(task, with(task, number, old.withSilent(true)), reason, atMillis);
  }

  /// Its node is back and it still runs.
  public static Task heard(Task task, int number, long atMillis) {
    Attempt old = task.attempts().get(number - 1);
    if (!old.live() || !old.silent()) {
      return task;
    }
    return derived(task, with(task, number, old.withSilent(false)), "", atMillis);
  }

  /// It will never report.
  public static Task lost(Task task, int number, String reason, long atMillis) {
    Attempt old = task.attempts().get(number - 1);
    if (!old.live()) {
      return task;
    }
    Attempt moved = old.moved(AttemptState.LOST, 0, reason, old.startedMillis(), old.endedMillis());
    return gone(task, with(task, number, moved), reason, atMillis);
  }

  /// Nobody wants it any more.
  public static Task cancelled(Task task, String reason, long atMillis) {
    if (task.state().ended()) {
      return task;
    }
    List<Attempt> attempts =
        task.attempts().stream().map(a -> a.live() ? a.withStop(reason) : a).toList();
    if (attempts.stream().noneMatch(Attempt::live)) {
      return ended(task, attempts, TaskState.CANCELLED, reason, atMillis);
    }
    return new Task(
        task.id(),
        task.state(),
        reason,
        task.sinceMillis(),
        task.failures(),
        task.losses(),
        task.notBeforeMillis(),
        0,
        true,
        attempts);
  }

  /// Someone wants it tried again although it has ended without a result.
  public static Task retried(Task task, long atMillis) {
    if (!task.state().ended()
        || task.state() == TaskState.SUCCEEDED
        || task.attempts().stream().anyMatch(Attempt::live)) {
      return task;
    }
    return new Task(task.id(), TaskState.WAITING, "", atMillis, 0, 0, 0, 0, false, task.attempts());
  }

  /// A machine that was given up came back with its work: that work counts, as long as nothing else
  /// has been promised in its place.
  private static boolean revivable(
      Task task, JobSpec spec, Attempt old, Attempt news, boolean roomToRevive) {
    if (old.state() != AttemptState.LOST || task.state().ended() || task.cancelWanted()) {
      return false;
    }
    boolean newest = old.number() == task.attempts().size();
    if (spec.disconnect().exclusive() && !newest) {
      return false;
    }
    return news.state() == AttemptState.SUCCEEDED
        || (news.state().live() && !spec.disconnect().exclusive() && roomToRevive);
  }

  private static Task succeeded(Task task, List<Attempt> attempts, int number, long atMillis) {
    if (task.state().ended()) {
      return copy(task, attempts);
    }
    String stop = "attempt %d succeeded first".formatted(number);
    List<Attempt> rest = attempts.stream().map(a -> a.live() ? a.withStop(stop) : a).toList();
    return new Task(
        task.id(),
        TaskState.SUCCEEDED,
        "",
        atMillis,
        task.failures(),
        task.losses(),
        0,
        number,
        false,
        rest);
  }

  private static Task failed(
      Task task, JobSpec spec, List<Attempt> attempts, Attempt moved, long atMillis) {
    if (task.state().ended()) {
      return copy(task, attempts);
    }
    if (attempts.stream().anyMatch(Attempt::live)) {
      return derived(task, attempts, task.reason(), atMillis);
    }
    if (task.cancelWanted()) {
      return ended(task, attempts, TaskState.CANCELLED, task.reason(), atMillis);
    }
    int failures = task.failures() + 1;
    JobSpec.Retry retry = spec.retry();
    boolean again =
        failures < retry.attempts()
            && (retry.onExitCodes().isEmpty() || retry.onExitCodes().contains(moved.exitCode()));
    String why = moved.reason().isEmpty() ? "exit code " + moved.exitCode() : moved.reason();
    long notBefore = again ? atMillis + backoffMillis(retry, failures) : 0;
    return new Task(
        task.id(),
        again ? TaskState.WAITING : TaskState.FAILED,
        again ? "attempt %d failed (%s), tried again".formatted(moved.number(), why) : why,
        atMillis,
        failures,
        task.losses(),
        notBefore,
        0,
        false,
        attempts);
  }

  private static long backoffMillis(JobSpec.Retry retry, int failures) {
    long doubled = retry.backoff().toMillis() << Math.clamp(failures - 1, 0, 20);
    return Math.min(doubled, BACKOFF_MAX.toMillis());
  }

  private static Task stopped(Task task, List<Attempt> attempts, Attempt moved, long atMillis) {
    if (task.state().ended()) {
      return copy(task, attempts);
    }
    if (task.cancelWanted() && attempts.stream().noneMatch(Attempt::live)) {
      return ended(task, attempts, TaskState.CANCELLED, task.reason(), atMillis);
    }
    return task.cancelWanted()
        ? copy(task, attempts)
        : gone(task, attempts, moved.reason(), atMillis);
  }

  private static Task gone(Task task, List<Attempt> attempts, String reason, long atMillis) {
    if (task.state().ended()) {
      return copy(task, attempts);
    }
    boolean noneLive = attempts.stream().noneMatch(Attempt::live);
    if (task.cancelWanted() && noneLive) {
      return ended(task, attempts, TaskState.CANCELLED, task.reason(), atMillis);
    }
    Task counted =
        new Task(
            task.id(),
            task.state(),
            task.reason(),
            task.sinceMillis(),
            task.failures(),
            task.losses() + 1,
            task.notBeforeMillis(),
            0,
            task.cancelWanted(),
            task.attempts());
    if (noneLive && counted.losses() > LOSSES_MAX) {
      String why = "%d machines were lost under it, last: %s".formatted(counted.losses(), reason);
      return ended(counted, attempts, TaskState.LOST, why, atMillis);
    }
    return derived(counted, attempts, reason, atMillis);
  }

  /// The state that follows from the attempts of a task that has not ended.
  private static Task derived(Task task, List<Attempt> attempts, String reason, long atMillis) {
    if (task.state().ended()) {
      return copy(task, attempts);
    }
    TaskState state = TaskState.WAITING;
    for (Attempt attempt : attempts) {
      boolean shows = attempt.counts() || (attempt.live() && task.cancelWanted());
      TaskState shown = TaskState.shown(attempt.state());
      if (shows && shown.compareTo(state) > 0) {
        state = shown;
      }
    }
    return new Task(
        task.id(),
        state,
        task.cancelWanted() ? task.reason() : reason,
        state == task.state() ? task.sinceMillis() : atMillis,
        task.failures(),
        task.losses(),
        task.notBeforeMillis(),
        0,
        task.cancelWanted(),
        attempts);
  }

  private static Task ended(
      Task task, List<Attempt> attempts, TaskState state, String reason, long atMillis) {
    return new Task(
        task.id(),
        state,
        reason,
        atMillis,
        task.failures(),
        task.losses(),
        0,
        task.committed(),
        false,
        attempts);
  }

  private static Task copy(Task task, List<Attempt> attempts) {
    return new Task(
        task.id(),
        task.state(),
        task.reason(),
        task.sinceMillis(),
        task.failures(),
        task.losses(),
        task.notBeforeMillis(),
        task.committed(),
        task.cancelWanted(),
        attempts);
  }

  private static List<Attempt> with(Task task, int number, Attempt attempt) {
    List<Attempt> attempts = new ArrayList<>(task.attempts());
    attempts.set(number - 1, attempt);
    return attempts;
  }
}
