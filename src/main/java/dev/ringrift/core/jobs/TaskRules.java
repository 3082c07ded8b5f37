package dev.ringrift.core.jobs;

import dev.ringrift.core.NodeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// How a task goes on when something happens to one of its attempts.
///
/// A task has a set of live attempts. The first success among them is its result, and the others
/// are then told to end; a failure is none while another attempt lives. Silence ends nothing: it
/// only lets a further attempt be placed, unless the job is exclusive. Losing a machine is not the
/// job's failure and costs none of its tries.
///
/// Beside attempts that are only silent a failure does cost a try, or a job that always fails would
/// be started without end for as long as one of its nodes is silent. When the tries are used up the
/// task waits for what becomes of the silent ones; it fails when the last of them is lost.
///
/// A cancelled task waits for its attempts to end, but not for those whose nodes are silent: it is
/// cancelled, they are told to end when they are heard again, and what they report then counts for
/// nothing.
///
/// Each method returns the task as it is afterwards, or the same object when nothing changes.
public final class TaskRules {
  /// After so many lost machines the task is given up: it is more likely to be the cause.
  public static final int LOSSES_MAX = 10;

  /// A task that was tried so often is not tried again, whoever wants it.
  public static final int ATTEMPTS_MAX = 1_000;

  private static final Duration BACKOFF_MAX = Duration.ofHours(1);

  private TaskRules() {}

  /// Whether a further attempt may be placed now, its dependencies aside.
  public static boolean placeable(Task task, JobSpec spec) {
    if (task.state() != TaskState.WAITING || task.cancelWanted() || spent(task, spec)) {
      return false;
    }
    return spec.disconnect().exclusive()
        ? task.attempts().stream().noneMatch(Attempt::live)
        : task.attempts().stream().noneMatch(Attempt::counts);
  }

  /// Whether there will be no further attempt by itself: its tries are used up, or too many
  /// machines were lost under it. Silent attempts may yet succeed.
  public static boolean spent(Task task, JobSpec spec) {
    return task.failures() >= spec.retry().attempts() || task.losses() > LOSSES_MAX;
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
        old.withSilent(false)
            .moved(
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
      case CANCELLED -> stopped(task, spec, attempts, moved, atMillis);
      case LOST -> gone(task, spec, attempts, why, atMillis);
    };
  }

  /// Its node has been silent for the job's `lost_after`.
  public static Task silent(Task task, int number, String reason, long atMillis) {
    Attempt old = task.attempts().get(number - 1);
    if (!old.live() || old.silent()) {
      return task;
    }
    List<Attempt> attempts = with(task, number, old.withSilent(true));
    return task.cancelWanted() && !anyAwaited(attempts)
        ? task.ended(TaskState.CANCELLED, 0, task.reason(), atMillis, attempts)
        : derived(task, attempts, reason, atMillis);
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
  public static Task lost(Task task, JobSpec spec, int number, String reason, long atMillis) {
    Attempt old = task.attempts().get(number - 1);
    if (!old.live()) {
      return task;
    }
    Attempt moved = old.moved(AttemptState.LOST, 0, reason, old.startedMillis(), old.endedMillis());
    return gone(task, spec, with(task, number, moved), reason, atMillis);
  }

  /// Nobody wants it any more.
  public static Task cancelled(Task task, String reason, long atMillis) {
    if (task.state().ended()) {
      return task;
    }
    List<Attempt> attempts = stopAll(task.attempts(), reason);
    return anyAwaited(attempts)
        ? task.withCancel(reason, attempts)
        : task.ended(TaskState.CANCELLED, 0, reason, atMillis, attempts);
  }

  /// Someone wants it tried again although it has ended without a result.
  public static Task retried(Task task, long atMillis) {
    if (!task.state().ended()
        || task.state() == TaskState.SUCCEEDED
        || task.attempts().size() >= ATTEMPTS_MAX
        || anyLive(task.attempts())) {
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
        || (news.state().live()
            && old.stopReason().isEmpty()
            && !spec.disconnect().exclusive()
            && roomToRevive);
  }

  private static Task succeeded(Task task, List<Attempt> attempts, int number, long atMillis) {
    if (task.state().ended()) {
      return task.withAttempts(attempts);
    }
    List<Attempt> rest = stopAll(attempts, "attempt %d succeeded first".formatted(number));
    return task.ended(TaskState.SUCCEEDED, number, "", atMillis, rest);
  }

  private static Task failed(
      Task task, JobSpec spec, List<Attempt> attempts, Attempt moved, long atMillis) {
    if (task.state().ended()) {
      return task.withAttempts(attempts);
    }
    if (attempts.stream().anyMatch(Attempt::counts)
        || (task.cancelWanted() && anyAwaited(attempts))) {
      return derived(task, attempts, task.reason(), atMillis);
    }
    if (task.cancelWanted()) {
      return task.ended(TaskState.CANCELLED, 0, task.reason(), atMillis, attempts);
    }
    JobSpec.Retry retry = spec.retry();
    int failures = task.failures() + 1;
    boolean again =
        failures < retry.attempts()
            && task.losses() <= LOSSES_MAX
            && (retry.onExitCodes().isEmpty() || retry.onExitCodes().contains(moved.exitCode()));
    String failure = "attempt %d failed (%s)".formatted(moved.number(), why(moved));
    if (again) {
      return task.withFailures(failures, atMillis + backoffMillis(retry, failures))
          .in(TaskState.WAITING, failure + ", tried again", atMillis, attempts);
    }
    if (anyLive(attempts)) {
      return task.withFailures(Math.max(failures, retry.attempts()), 0)
          .in(TaskState.WAITING, failure + ", a silent one may yet succeed", atMillis, attempts);
    }
    return task.withFailures(failures, 0)
        .ended(TaskState.FAILED, 0, why(moved), atMillis, attempts);
  }

  private static String why(Attempt failed) {
    return failed.reason().isEmpty() ? "exit code " + failed.exitCode() : failed.reason();
  }

  private static long backoffMillis(JobSpec.Retry retry, int failures) {
    if (retry.backoff().compareTo(BACKOFF_MAX) >= 0) {
      return BACKOFF_MAX.toMillis();
    }
    long doubled = retry.backoff().toMillis() << Math.clamp(failures - 1, 0, 20);
    return Math.min(doubled, BACKOFF_MAX.toMillis());
  }

  private static Task stopped(
      Task task, JobSpec spec, List<Attempt> attempts, Attempt moved, long atMillis) {
    return task.cancelWanted() && anyAwaited(attempts)
        ? task.withAttempts(attempts)
        : gone(task, spec, attempts, moved.reason(), atMillis);
  }

  private static Task gone(
      Task task, JobSpec spec, List<Attempt> attempts, String reason, long atMillis) {
    if (task.state().ended()) {
      return task.withAttempts(attempts);
    }
    boolean noneLive = !anyLive(attempts);
    if (task.cancelWanted() && !anyAwaited(attempts)) {
      return task.ended(TaskState.CANCELLED, 0, task.reason(), atMillis, attempts);
    }
    Task counted = task.withLosses(task.losses() + 1);
    if (!noneLive || !spent(counted, spec)) {
      return derived(counted, attempts, reason, atMillis);
    }
    if (counted.losses() > LOSSES_MAX) {
      String why = "%d machines were lost under it, last: %s".formatted(counted.losses(), reason);
      return counted.ended(TaskState.LOST, 0, why, atMillis, attempts);
    }
    Optional<Attempt> failure =
        attempts.reversed().stream().filter(a -> a.state() == AttemptState.FAILED).findFirst();
    String why = failure.map(TaskRules::why).orElse(reason);
    return counted.ended(TaskState.FAILED, 0, why, atMillis, attempts);
  }

  /// The state that follows from the attempts of a task that has not ended.
  private static Task derived(Task task, List<Attempt> attempts, String reason, long atMillis) {
    if (task.state().ended()) {
      return task.withAttempts(attempts);
    }
    TaskState state = TaskState.WAITING;
    for (Attempt attempt : attempts) {
      boolean shows = attempt.counts() || (attempt.live() && task.cancelWanted());
      TaskState shown = TaskState.shown(attempt.state());
      if (shows && shown.compareTo(state) > 0) {
        state = shown;
      }
    }
    return task.in(state, task.cancelWanted() ? task.reason() : reason, atMillis, attempts);
  }

  private static boolean anyLive(List<Attempt> attempts) {
    return attempts.stream().anyMatch(Attempt::live);
  }

  /// Whether one lives whose end will be heard of soon.
  private static boolean anyAwaited(List<Attempt> attempts) {
    return attempts.stream().anyMatch(a -> a.live() && !a.silent());
  }

  private static List<Attempt> stopAll(List<Attempt> attempts, String reason) {
    return attempts.stream().map(a -> a.live() ? a.withStop(reason) : a).toList();
  }

  private static List<Attempt> with(Task task, int number, Attempt attempt) {
    List<Attempt> attempts = new ArrayList<>(task.attempts());
    attempts.set(number - 1, attempt);
    return attempts;
  }
}
