package dev.ringrift.agent;

import dev.ringrift.core.NodeId;
import dev.ringrift.core.jobs.Attempt;
import dev.ringrift.core.jobs.AttemptId;
import dev.ringrift.core.jobs.Job;
import dev.ringrift.core.jobs.NodeRoom;
import dev.ringrift.core.jobs.Placement;
import dev.ringrift.core.jobs.Task;
import dev.ringrift.core.ledger.ClusterState;
import dev.ringrift.core.ledger.Command;
import dev.ringrift.core.ledger.NodeRecord;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// Turns the state and what is known of the nodes into the next reservations.
final class Placer {
  private static final int PLACINGS_MAX = 500;

  private Placer() {}

  static Command.Place plan(
      ClusterState state,
      long term,
      Predicate<NodeId> mayStart,
      Map<NodeId, Member> members,
      long nowMillis) {
    Map<NodeId, NodeRoom> rooms = new TreeMap<>();
    for (NodeRecord node : state.nodes().values()) {
      if (node.schedulable() && mayStart.test(node.id())) {
        NodeRoom room = state.room(node);
        if (room.freeSlots() > 0) {
          rooms.put(node.id(), room);
        }
      }
    }
    if (rooms.isEmpty()) {
      return new Command.Place(term, List.of(), nowMillis);
    }
    Set<Long> hopeless = new HashSet<>();
    Iterable<Placement.Want> wants =
        () ->
            state
                .waiting(nowMillis, job -> !hopeless.contains(job))
                .filter(task -> published(state, task))
                .map(task -> want(state, task))
                .iterator();
    List<Command.Placing> placings = new ArrayList<>();
    for (Placement.Choice choice : Placement.plan(wants, rooms, PLACINGS_MAX, hopeless)) {
      int number = state.task(choice.task()).orElseThrow().attempts().size() + 1;
      placings.add(
          new Command.Placing(new AttemptId(choice.task(), number), choice.node(), choice.gpus()));
    }
    return new Command.Place(term, placings, nowMillis);
  }

  private static boolean published(ClusterState state, Task task) {
    Job job = state.job(task.id().job()).orElseThrow();
    return JobOrders.lacking(state, job, task.id()).isEmpty();
  }

  private static Placement.Want want(ClusterState state, Task task) {
    return new Placement.Want(
        task.id(),
        state.job(task.id().job()).orElseThrow().spec().resources(),
        task.attempts().stream().map(Attempt::node).collect(Collectors.toSet()));
  }
}
