package dev.ringrift.agent;

import dev.ringrift.agent.port.Ledger;
import dev.ringrift.agent.view.DataView;
import dev.ringrift.agent.view.NodeStatus;
import dev.ringrift.agent.view.NodeView;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.jobs.AttemptId;
import dev.ringrift.core.jobs.Explain;
import dev.ringrift.core.jobs.Job;
import dev.ringrift.core.jobs.Task;
import dev.ringrift.core.jobs.TaskId;
import dev.ringrift.core.jobs.TaskState;
import dev.ringrift.core.ledger.ClusterState;
import dev.ringrift.core.ledger.NodeRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Explains a task by the ledger and by what the leader sees of the nodes. Thread-safe.
public final class TaskExplainer {
  private final Ledger ledger;
  private final NodeView nodes;
  private final DataView files;

  public TaskExplainer(Ledger ledger, NodeView nodes, DataView files) {
    this.ledger = ledger;
    this.nodes = nodes;
    this.files = files;
  }

  /// Why the task is where it is; empty for one that is not known.
  public List<Explain.Line> explain(TaskId id, long nowMillis) {
    Map<NodeId, NodeStatus> seen = new HashMap<>();
    nodes.status().nodes().forEach(node -> seen.put(node.id(), node));
    List<Explain.Line> lines = ledger.read(state -> explain(state, id, seen, nowMillis));
    files
        .files()
        .forEach(
            (node, held) ->
                held.delivering().stream()
                    .filter(attempt -> attempt.task().equals(id))
                    .forEach(attempt -> lines.add(delivering(attempt))));
    return lines;
  }

  private static List<Explain.Line> explain(
      ClusterState state, TaskId id, Map<NodeId, NodeStatus> seen, long nowMillis) {
    Optional<Task> task = state.task(id);
    Optional<Job> job = state.job(id.job());
    if (task.isEmpty() || job.isEmpty()) {
      return new ArrayList<>();
    }
    List<Long> unmet = new ArrayList<>();
    for (long before : job.get().spec().after()) {
      if (!state.succeeded(before)) {
        unmet.add(before);
      }
    }
    int ahead = state.waiting(nowMillis).map(Task::id).toList().indexOf(id);
    List<Explain.Look> looks = new ArrayList<>();
    for (NodeRecord node : state.nodes().values()) {
      looks.add(
          new Explain.Look(
              node.id().value(),
              node.capacity(),
              state.room(node),
              unavailable(node, Optional.ofNullable(seen.get(node.id()))),
              refusal(Optional.ofNullable(seen.get(node.id())))));
    }
    List<Explain.Line> lines =
        Explain.lines(task.get(), job.get().spec(), unmet, Math.max(ahead, 0), nowMillis, looks);
    JobOrders.lacking(state, job.get(), id)
        .filter(name -> task.get().state() == TaskState.WAITING)
        .ifPresent(name -> lines.add(1, new Explain.Line("input " + name, "is not published yet")));
    return lines;
  }

  private static Explain.Line delivering(AttemptId attempt) {
    return new Explain.Line(
        "attempt " + attempt,
        "has ended with 0, and succeeds when another node has a copy of its outputs");
  }

  private static String refusal(Optional<NodeStatus> seen) {
    return seen.map(status -> status.load().refusal()).orElse("");
  }

  private static String unavailable(NodeRecord node, Optional<NodeStatus> seen) {
    if (!node.drainReason().isEmpty()) {
      return "it is drained (%s)".formatted(node.drainReason());
    }
    if (node.word() != NodeRecord.Word.RUNS) {
      return "it is %s (%s)".formatted(node.word().label(), node.wordReason());
    }
    return seen.filter(status -> status.state() != NodeStatus.State.UP)
        .map(status -> "it is %s (%s)".formatted(status.state().label(), status.reason()))
        .orElse("");
  }
}
