package dev.ringrift.sim;

import dev.ringrift.core.NodeId;
import dev.ringrift.core.jobs.Attempt;
import dev.ringrift.core.jobs.AttemptId;
import dev.ringrift.core.jobs.AttemptState;
import dev.ringrift.core.jobs.Job;
import dev.ringrift.core.jobs.NodeRoom;
import dev.ringrift.core.jobs.Task;
import dev.ringrift.core.jobs.TaskId;
import dev.ringrift.core.jobs.TaskState;
import dev.ringrift.core.ledger.ClusterState;
import dev.ringrift.core.ledger.Command;
import dev.ringrift.core.ledger.NodeRecord;
import dev.ringrift.core.ledger.Outcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/// What voters apply: the same everywhere, a result once and for good and only of what really
/// happened, no node promised twice.
final class LedgerInvariants implements SimWorld.LedgerWatcher {
  private static final int WHOLE_EVERY = 40;
  private static final int TASKS_MAX = 400;

  private final SimWorld world;
  private final Map<Integer, Command> commands = new HashMap<>();
  private final Map<Integer, Outcome> outcomes = new HashMap<>();
  private final Map<Integer, ClusterState.Image> images = new HashMap<>();
  private final Map<TaskId, Integer> committed = new HashMap<>();
  private final Set<TaskId> failures = new HashSet<>();
  private final Predicate<NodeId> givenUp;
  private int newest;
  private Optional<ClusterState> newestState = Optional.empty();

  /// @param givenUp whether a machine was said to be gone
  LedgerInvariants(SimWorld world, Predicate<NodeId> givenUp) {
    this.world = world;
    this.givenUp = givenUp;
    world.watch(this);
  }

  /// The state of the voter that is furthest ahead.
  Optional<ClusterState> newestState() {
    return newestState;
  }

  @Override
  public void applied(
      SimHost voter, int index, Command command, Outcome outcome, ClusterState state) {
    same(voter, index, "command", commands.putIfAbsent(index, command), command);
    same(voter, index, "outcome", outcomes.putIfAbsent(index, outcome), outcome);
    if (index % WHOLE_EVERY == 0) {
      ClusterState.Image image = state.image();
      same(voter, index, "state", images.putIfAbsent(index, image), image);
    }
    if (index > newest) {
      newest = index;
      newestState = Optional.of(state);
      world.note("entry %d, %s first: %s: %s", index, voter, command, outcome);
      results(command, state);
      reservations(state);
    }
  }

  /// All copies that are equally far are equal.
  void wholeCopiesAgree() {
    Map<Integer, ClusterState.Image> byIndex = new HashMap<>();
    for (SimHost host : world.hosts.values()) {
      host.process()
          .flatMap(AgentProcess::ledger)
          .ifPresent(
              l -> {
                ClusterState.Image image = l.state().image();
                same(host, l.applied(), "state", byIndex.putIfAbsent(l.applied(), image), image);
              });
    }
  }

  private void same(SimHost voter, int index, String what, Object first, Object mine) {
    if (first != null && !first.equals(mine)) {
      throw new Violation(
          "%s has another %s at entry %d than the first:%n%s%n%s"
              .formatted(voter, what, index, mine, first));
    }
  }

  private void results(Command command, ClusterState state) {
    int tasks = 0;
    for (Job job : state.jobs().values()) {
      for (Task task : state.tasksOf(job.id())) {
        if (++tasks > TASKS_MAX) {
          throw new Violation("more than %d tasks are kept".formatted(TASKS_MAX));
        }
        failed(task);
        int before = committed.getOrDefault(task.id(), 0);
        if (before == task.committed()) {
          continue;
        }
        if (before != 0) {
          throw new Violation(
              "task %s: attempt %d was its result, now it is %d, by %s"
                  .formatted(task.id(), before, task.committed(), command));
        }
        committed.put(task.id(), task.committed());
        really(task);
      }
    }
  }

  private void really(Task task) {
    Attempt attempt = task.attempt(task.committed()).orElseThrow();
    AttemptId id = new AttemptId(task.id(), task.committed());
    boolean happened =
        world
            .executions
            .of(id)
            .map(e -> e.ending() == Execution.Ending.SUCCEEDED && e.host.id.equals(attempt.node()))
            .orElse(false);
    if (!happened
        || attempt.state() != AttemptState.SUCCEEDED
        || task.state() != TaskState.SUCCEEDED) {
      throw new Violation(
          "%s is committed, in truth: %s %s"
              .formatted(
                  task, world.executions.of(id), world.executions.of(id).map(Execution::ending)));
    }
  }

  /// A failure is none while another attempt lives, on a machine that nobody has given up.
  private void failed(Task task) {
    if (task.state() != TaskState.FAILED || !failures.add(task.id())) {
      return;
    }
    for (Execution running : world.executions.runningOf(task.id())) {
      AttemptState state =
          task.attempt(running.attempt().number()).map(Attempt::state).orElseThrow();
      boolean given = givenUp.test(running.host.id) || running.order.exclusive();
      if (!given) {
        throw new Violation(
            "%s has failed, and %s (%s) still runs".formatted(task, running, state));
      }
    }
  }

  private void reservations(ClusterState state) {
    for (NodeRecord node : state.nodes().values()) {
      NodeRoom room = new NodeRoom(world.host(node.id()).capacity);
      Set<Integer> gpus = new HashSet<>();
      List<AttemptId> live = new ArrayList<>(state.liveOn(node.id()));
      for (AttemptId id : live) {
        Attempt attempt = state.task(id.task()).orElseThrow().attempt(id.number()).orElseThrow();
        if (!attempt.gpus().stream().allMatch(gpus::add)) {
          throw new Violation("%s: a GPU is promised twice: %s".formatted(node.id(), live));
        }
        room.take(state.job(id.task().job()).orElseThrow().spec().resources(), attempt.gpus());
      }
      if (room.freeSlots() < 0) {
        throw new Violation(
            "%s has %d slots and holds %s"
                .formatted(node.id(), world.host(node.id()).capacity.slots(), live));
      }
    }
  }
}
