package dev.ringrift.agent;

import dev.ringrift.agent.data.SaveOrder;
import dev.ringrift.agent.data.Saved;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.data.DataName;
import dev.ringrift.core.data.ObjectId;
import dev.ringrift.core.jobs.Attempt;
import dev.ringrift.core.jobs.AttemptId;
import dev.ringrift.core.jobs.AttemptState;
import dev.ringrift.core.jobs.JobFiles;
import dev.ringrift.core.jobs.JobSpec;
import dev.ringrift.core.jobs.Task;
import dev.ringrift.core.ledger.ClusterState;
import dev.ringrift.core.ledger.Command;
import dev.ringrift.core.ledger.DataRecord;
import dev.ringrift.core.ledger.DataVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What follows for checkpoints from the ledger and from what nodes have saved. A checkpoint is
/// published when a node other than the attempt's own has it whole; so what is published survives
/// the loss of the machine, and the next attempt begins with it.
final class CheckpointPlan {
  private static final int COMMANDS_MAX = 32;

  private final ClusterState state;
  private final long nowMillis;

  CheckpointPlan(ClusterState state, long nowMillis) {
    this.state = state;
    this.nowMillis = nowMillis;
  }

  /// What a node is to save of the attempts that run there.
  List<SaveOrder> orders(NodeId node) {
    List<SaveOrder> orders = new ArrayList<>();
    for (AttemptId id : state.liveOn(node)) {
      JobSpec spec = state.job(id.task().job()).orElseThrow().spec();
      Optional<JobFiles.Checkpoint> checkpoint = spec.files().checkpoint();
      if (checkpoint.isPresent() && runs(id, node)) {
        orders.add(
            new SaveOrder(
                id,
                spec.workdir(),
                JobOrders.forTask(checkpoint.get().path(), id.task().task()),
                checkpoint.get().every(),
                published(id).map(record -> record.newest().content().id())));
      }
    }
    return orders;
  }

  /// Whether that is the attempt whose checkpoints count: one that is silent and has been followed
  /// by another would set the task back.
  private boolean runs(AttemptId id, NodeId node) {
    Optional<Task> task = state.task(id.task()).filter(found -> !found.state().ended());
    boolean followed =
        task.stream()
            .flatMap(found -> found.attempts().stream())
            .anyMatch(attempt -> attempt.live() && attempt.number() > id.number());
    return !followed
        && task.flatMap(found -> found.attempt(id.number()))
            .filter(Attempt::live)
            .filter(attempt -> attempt.node().equals(node))
            .filter(attempt -> attempt.state() == AttemptState.RUNNING)
            .isPresent();
  }

  private Optional<DataRecord> published(AttemptId id) {
    return Optional.ofNullable(state.data().get(JobOrders.checkpoint(id.task())));
  }

  /// Whether a saved checkpoint is news of an attempt that runs on that node.
  boolean isNews(NodeId node, Saved saved) {
    return runs(saved.attempt(), node)
        && published(saved.attempt())
            .filter(record -> record.newest().content().equals(saved.content()))
            .isEmpty();
  }

  /// The command that makes a saved checkpoint the task's newest.
  Command publish(Saved saved) {
    return new Command.Publish(
        JobOrders.checkpoint(saved.attempt().task()),
        saved.content(),
        DataVersion.publisher(saved.attempt()),
        nowMillis);
  }

  /// Takes away the checkpoints of tasks that have ended.
  List<Command> ended() {
    return checkpoints().stream()
        .filter(record -> !open(record.name()))
        .limit(COMMANDS_MAX)
        .map(record -> (Command) new Command.Unpublish(record.name(), nowMillis))
        .toList();
  }

  /// Contents of checkpoints that no attempt will begin with.
  List<ObjectId> outdated() {
    List<ObjectId> found = new ArrayList<>();
    for (DataRecord record : checkpoints()) {
      List<DataVersion> versions = record.versions();
      versions.stream()
          .skip(open(record.name()) ? 1 : 0)
          .forEach(version -> found.add(version.content().id()));
    }
    return found;
  }

  private List<DataRecord> checkpoints() {
    DataName first = new DataName(DataName.CHECKPOINTS + "0");
    return state.data().tailMap(first, true).values().stream()
        .takeWhile(record -> record.name().value().startsWith(DataName.CHECKPOINTS))
        .toList();
  }

  private boolean open(DataName name) {
    return JobOrders.taskOf(name)
        .flatMap(state::task)
        .filter(task -> !task.state().ended())
        .isPresent();
  }
}
