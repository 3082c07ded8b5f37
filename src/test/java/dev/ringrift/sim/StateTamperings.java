package dev.ringrift.sim;

import dev.ringrift.core.jobs.Attempt;
import dev.ringrift.core.jobs.AttemptState;
import dev.ringrift.core.jobs.Task;
import dev.ringrift.core.jobs.TaskState;
import dev.ringrift.core.ledger.ClusterState;
import dev.ringrift.core.ledger.Command;
import java.util.List;
import java.util.function.UnaryOperator;

/// What takes one rule out of the replicated state each, on all voters alike.
final class StateTamperings {
  private StateTamperings() {}

  /// A later success takes the place of the first.
  static ClusterState lastSuccessWins(ClusterState state, Command command) {
    return reports(
        state,
        command,
        AttemptState.SUCCEEDED,
        (task, number) -> {
          boolean other = task.committed() != 0 && task.committed() != number;
          return other ? unended(task) : task;
        });
  }

  /// A failure ends the task although another attempt lives.
  static ClusterState firstFailureWins(ClusterState state, Command command) {
    return reports(
        state,
        command,
        AttemptState.FAILED,
        (task, number) ->
            withAttempts(
                task,
                task.attempts().stream()
                    .map(a -> a.live() && a.number() != number ? lost(a) : a)
                    .toList()));
  }

  private static Attempt lost(Attempt attempt) {
    return attempt.moved(AttemptState.LOST, 0, "", attempt.startedMillis(), 0);
  }

  private static ClusterState reports(
      ClusterState state, Command command, AttemptState which, Change change) {
    ClusterState now = state;
    if (command instanceof Command.Progress progress) {
      for (Command.Step step : progress.steps()) {
        if (step instanceof Command.Step.Reported reported && reported.state() == which) {
          int number = reported.attempt().number();
          now = changed(now, reported, task -> change.of(task, number));
        }
      }
    }
    return now;
  }

  private static ClusterState changed(
      ClusterState state, Command.Step.Reported reported, UnaryOperator<Task> change) {
    Task task = state.task(reported.attempt().task()).orElse(null);
    if (task == null || change.apply(task).equals(task)) {
      return state;
    }
    ClusterState.Image image = state.image();
    List<Task> tasks =
        image.tasks().stream().map(t -> t.id().equals(task.id()) ? change.apply(t) : t).toList();
    return ClusterState.restore(
        new ClusterState.Image(
            image.clusterId(),
            image.name(),
            image.voters(),
            image.term(),
            image.epoch(),
            image.version(),
            image.settings(),
            image.longestLease(),
            image.nodes(),
            image.jobs(),
            tasks,
            image.lastJobId(),
            image.events(),
            image.lastEventSeq(),
            image.revoked(),
            image.data()));
  }

  private static Task unended(Task task) {
    return new Task(
        task.id(),
        TaskState.RUNNING,
        task.reason(),
        task.sinceMillis(),
        task.failures(),
        task.losses(),
        0,
        0,
        false,
        task.attempts());
  }

  private static Task withAttempts(Task task, List<Attempt> attempts) {
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

  private interface Change {
    Task of(Task task, int number);
  }
}
