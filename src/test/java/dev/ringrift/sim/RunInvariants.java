package dev.ringrift.sim;

import dev.ringrift.agent.AttemptReport;
import dev.ringrift.core.jobs.Attempt;
import dev.ringrift.core.jobs.Task;
import dev.ringrift.core.jobs.TaskId;
import dev.ringrift.core.ledger.ClusterState;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What really runs: an exclusive task in one place, no more on a node than it has room for, and
/// nothing is ended because of silence.
final class RunInvariants {
  private final SimWorld world;
  private final Operator operator;
  private final LedgerInvariants ledger;

  RunInvariants(SimWorld world, Operator operator, LedgerInvariants ledger) {
    this.world = world;
    this.operator = operator;
    this.ledger = ledger;
  }

  /// Begins to look on.
  void watch() {
    world.executions.onBegin(this::began);
    world.executions.onEnd(this::ended);
    world.executions.onForget(this::forgotten);
  }

  /// What a worker keeps of an end is dropped when the ledger has it, not before.
  private void forgotten(SimHost host, AttemptReport report) {
    boolean missing =
        ledger
            .newestState()
            .flatMap(s -> s.task(report.attempt().task()))
            .flatMap(t -> t.attempt(report.attempt().number()))
            .map(Attempt::live)
            .orElse(false);
    if (missing) {
      throw new Violation("%s forgets %s, and the ledger does not have it".formatted(host, report));
    }
  }

  private void began(Execution begun) {
    if (begun.order.exclusive()) {
      alone(begun);
    }
    List<Execution> here = world.executions.runningOn(begun.host);
    int slots = begun.host.capacity.slots();
    if (here.size() > slots) {
      throw new Violation("%s has %d slots and runs %s".formatted(begun.host, slots, here));
    }
    Set<Integer> gpus = new HashSet<>();
    for (Execution one : here) {
      if (!one.order.gpus().stream().allMatch(gpus::add)) {
        throw new Violation("%s runs two on one GPU: %s".formatted(begun.host, here));
      }
    }
  }

  /// Only a machine that is frozen whole can hold another, older one: its number differs.
  private void alone(Execution begun) {
    for (Execution other : world.executions.runningOf(begun.attempt().task())) {
      boolean same = other.attempt().equals(begun.attempt());
      boolean frozen = other.host.frozen() && !same;
      if (!same && !frozen) {
        throw new Violation(
            "task %s is exclusive and runs twice: %s and %s"
                .formatted(begun.attempt().task(), other, begun));
      }
    }
  }

  private void ended(Execution end) {
    switch (end.ending()) {
      case STOPPED -> wanted(end);
      case LEASE_ENDED -> {
        if (!end.order.exclusive()) {
          throw new Violation("%s had no lease and was ended by one".formatted(end));
        }
      }
      case TIMED_OUT -> {
        if (end.order.timeout().isZero()) {
          throw new Violation("%s had no timeout and was ended by one".formatted(end));
        }
      }
      case RUNS, SUCCEEDED, FAILED, POWER_LOST, STRAY -> {}
    }
  }

  /// Somebody cancelled it, another attempt has the result, or its machine was given up.
  private void wanted(Execution end) {
    TaskId id = end.attempt().task();
    Optional<ClusterState> state = ledger.newestState();
    Optional<Task> task = state.flatMap(s -> s.task(id));
    boolean cancelled = operator.cancelled(id);
    boolean superseded =
        task.map(t -> t.committed() != 0 && t.committed() != end.attempt().number()).orElse(false);
    boolean givenUp = operator.saidGone(end.host.id);
    if (!cancelled && !superseded && !givenUp && !exclusiveAndReplaced(end, task)) {
      throw new Violation(
          "healthy %s was stopped: '%s'; nobody wanted that: %s"
              .formatted(end, end.reason(), task.map(Task::toString).orElse("unknown task")));
    }
  }

  private static boolean exclusiveAndReplaced(Execution end, Optional<Task> task) {
    return end.order.exclusive()
        && task.flatMap(t -> t.attempt(end.attempt().number())).stream().noneMatch(Attempt::live);
  }
}
