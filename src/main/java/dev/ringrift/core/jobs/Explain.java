package dev.ringrift.core.jobs;

import dev.ringrift.core.Count;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Says why a task is where it is, in lines for people: first what holds for the task, then each
/// node.
public final class Explain {
  private Explain() {}

  /// @param unmet jobs that it comes after and that have not succeeded
  /// @param ahead waiting tasks whose turn comes before it
  /// @param nodes every node of the cluster
  public static List<Line> lines(
      Task task, JobSpec spec, List<Long> unmet, int ahead, long nowMillis, List<Look> nodes) {
    List<Line> lines = new ArrayList<>();
    String subject = "task " + task.id();
    lines.add(new Line(subject, state(task)));
    if (task.state() != TaskState.WAITING) {
      attempts(task, lines);
      return lines;
    }
    for (long job : unmet) {
      lines.add(new Line("job " + job, "must succeed first"));
    }
    long backoffMillis = TaskRules.backoffLeftMillis(task, spec, nowMillis);
    if (backoffMillis > 0) {
      long seconds = (backoffMillis + 999) / 1000;
      lines.add(new Line(subject, "its next attempt begins in %d s (backoff)".formatted(seconds)));
    }
    if (spec.disconnect().exclusive() && task.attempts().stream().anyMatch(Attempt::live)) {
      lines.add(new Line(subject, "it is exclusive, and an attempt may still be running"));
    }
    if (TaskRules.spent(task, spec)) {
      lines.add(new Line(subject, "its tries are used up; a silent attempt may yet succeed"));
    }
    boolean ever = false;
    for (Look node : nodes) {
      Optional<String> never = NodeRoom.misses(node.capacity(), spec.resources());
      ever = ever || never.isEmpty() || node.offersNothingNow();
      lines.add(new Line(node.node(), why(node, never, spec)));
    }
    if (!ever) {
      lines.add(
          1, new Line(subject, "no node of the cluster is big enough for it, even when idle"));
    } else if (ahead > 0) {
      lines.add(
          new Line(
              subject,
              "%s %s before it"
                  .formatted(Count.of(ahead, "waiting task"), ahead == 1 ? "comes" : "come")));
    }
    return lines;
  }

  private static String why(Look node, Optional<String> never, JobSpec spec) {
    if (node.offersNothingNow()) {
      return "takes no tasks now: " + node.refusal();
    }
    if (never.isPresent()) {
      return "does not fit: " + never.get();
    }
    if (!node.unavailable().isEmpty() || !node.refusal().isEmpty()) {
      String why = node.unavailable().isEmpty() ? node.refusal() : node.unavailable();
      return "would fit, but takes no tasks now: " + why;
    }
    return node.room()
        .lacks(spec.resources())
        .map(lack -> "would fit, but not now: " + lack)
        .orElse("fits: it is placed when its turn comes");
  }

  private static String state(Task task) {
    String state =
        switch (task.state()) {
          case SUCCEEDED ->
              "has succeeded" + task.attempt(task.committed()).map(a -> result(task, a)).orElse("");
          case FAILED -> "has failed";
          case CANCELLED -> "was cancelled";
          case LOST -> "was lost";
          case WAITING, PLACED, PREPARING, RUNNING ->
              "is "
                  + task.state().label()
                  + (task.cancelWanted() ? ", and is being cancelled" : "");
        };
    return task.reason().isEmpty() ? state : state + ": " + task.reason();
  }

  private static String result(Task task, Attempt attempt) {
    return ": attempt %s on %s, exit code %d"
        .formatted(new AttemptId(task.id(), attempt.number()), attempt.node(), attempt.exitCode());
  }

  private static void attempts(Task task, List<Line> lines) {
    for (Attempt attempt : task.attempts()) {
      String when = attempt.silent() ? ", to be ended when it is heard: " : ", to be ended: ";
      String stop = attempt.stopReason().isEmpty() ? "" : when + attempt.stopReason();
      String why = attempt.reason().isEmpty() ? "" : ": " + attempt.reason();
      lines.add(
          new Line(
              "attempt " + new AttemptId(task.id(), attempt.number()),
              "%s on %s%s%s"
                  .formatted(
                      attempt.silent() ? "silent" : attempt.state().label(),
                      attempt.node(),
                      why,
                      attempt.live() ? stop : "")));
    }
  }

  /// One node, as it is looked at.
  ///
  /// @param unavailable why the cluster gives it no tasks now, or empty
  /// @param refusal why it takes none itself, or empty
  public record Look(
      String node, Capacity capacity, NodeRoom room, String unavailable, String refusal) {
    /// Whether it has no slots only for as long as it refuses tasks.
    boolean offersNothingNow() {
      return capacity.slots() < 1 && !refusal.isEmpty();
    }
  }

  /// @param subject a node's id, or what else the line is about
  public record Line(String subject, String text) {}
}
