package dev.ringrift.sim;

import dev.ringrift.core.jobs.Attempt;
import dev.ringrift.core.jobs.AttemptId;
import dev.ringrift.core.jobs.AttemptState;
import dev.ringrift.core.jobs.JobSpec;
import dev.ringrift.core.jobs.NodeRoom;
import dev.ringrift.core.jobs.Task;
import dev.ringrift.core.jobs.TaskRules;
import dev.ringrift.core.jobs.TaskState;
import dev.ringrift.core.ledger.ClusterState;
import dev.ringrift.core.ledger.NodeRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What must be so once all is mended and time enough has gone by: whatever could run has run, and
/// ended as it should.
final class EndChecks {
  private final SimWorld world;
  private final Operator operator;
  private final LedgerInvariants ledger;

  EndChecks(SimWorld world, Operator operator, LedgerInvariants ledger) {
    this.world = world;
    this.operator = operator;
    this.ledger = ledger;
  }

  /// Whether nothing is left to wait for.
  boolean quiet() {
    return faults().isEmpty();
  }

  /// What is not as it should be, for people.
  List<String> faults() {
    List<String> found = new ArrayList<>();
    if (operator.open() > 0) {
      found.add("%d questions of the operator have no answer".formatted(operator.open()));
    }
    ClusterState state = ledger.newestState().orElse(null);
    if (state == null) {
      return List.of("no command was ever committed");
    }
    if (state.version() != Upgrades.VERSION) {
      found.add("commands of version %d are not used yet".formatted(Upgrades.VERSION));
    }
    for (Map.Entry<Long, JobSpec> job : operator.jobs().entrySet()) {
      List<Task> tasks = state.tasksOf(job.getKey());
      if (tasks.size() != job.getValue().count()) {
        found.add(
            "job %d has %d of %d tasks"
                .formatted(job.getKey(), tasks.size(), job.getValue().count()));
      }
      tasks.forEach(task -> judge(state, job.getValue(), task, found));
    }
    for (NodeRecord node : state.nodes().values()) {
      if (world.host(node.id()).gone() && node.word() != NodeRecord.Word.GONE) {
        found.add("%s is gone for good, and is said to be %s".formatted(node.id(), node.word()));
      }
    }
    for (Execution one : world.executions.all()) {
      if (one.runs()) {
        found.add("%s still runs".formatted(one));
      }
    }
    for (SimHost host : world.hosts.values()) {
      host.process()
          .flatMap(AgentProcess::ledger)
          .filter(own -> !own.raft().timings().equals(state.settings().election()))
          .ifPresent(
              own ->
                  found.add(
                      "%s waits %s, not %s"
                          .formatted(host, own.raft().timings(), state.settings().election())));
      if (host.powered() && host.keeper.size() > 0) {
        found.add("%s keeps %d attempts".formatted(host, host.keeper.size()));
      }
    }
    return found;
  }

  private void judge(ClusterState state, JobSpec spec, Task task, List<String> found) {
    boolean right =
        switch (task.state()) {
          case SUCCEEDED -> task.committed() > 0;
          case FAILED -> failedRightly(spec, task);
          case CANCELLED -> operator.cancelled(task.id()) || afterUnfinished(state, spec);
          case LOST -> task.losses() > TaskRules.LOSSES_MAX;
          case WAITING -> !couldRun(spec) || !state.ready(task.id().job());
          case PLACED, PREPARING, RUNNING -> false;
        };
    boolean liveLeft = task.attempts().stream().anyMatch(Attempt::live);
    if (!right || liveLeft) {
      found.add("%s of %s is not as it should be".formatted(task, spec));
    }
  }

  private boolean failedRightly(JobSpec spec, Task task) {
    Attempt last =
        task.attempts().stream()
            .filter(a -> a.state() == AttemptState.FAILED)
            .reduce((_, b) -> b)
            .orElse(null);
    boolean notAgain =
        last != null
            && !spec.retry().onExitCodes().isEmpty()
            && !spec.retry().onExitCodes().contains(last.exitCode());
    return last != null
        && really(task, last)
        && (task.failures() >= spec.retry().attempts() || notAgain);
  }

  /// Losing the machine, or the lease, is no failure of the job.
  private boolean really(Task task, Attempt failed) {
    return world
        .executions
        .of(new AttemptId(task.id(), failed.number()))
        .map(Execution::ending)
        .filter(e -> e == Execution.Ending.FAILED || e == Execution.Ending.TIMED_OUT)
        .isPresent();
  }

  private boolean couldRun(JobSpec spec) {
    return world.hosts.values().stream()
        .filter(host -> !host.gone())
        .anyMatch(host -> NodeRoom.misses(host.capacity, spec.resources()).isEmpty());
  }

  private boolean afterUnfinished(ClusterState state, JobSpec spec) {
    return spec.after().stream()
        .anyMatch(
            job ->
                operator.retried(job)
                    || state.tasksOf(job).stream().anyMatch(t -> t.state() != TaskState.SUCCEEDED));
  }
}
