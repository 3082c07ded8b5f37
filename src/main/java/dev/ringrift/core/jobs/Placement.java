package dev.ringrift.core.jobs;

import dev.ringrift.core.NodeId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// Decides which waiting tasks start where.
///
/// Tasks are looked at in the order given (priority first, then first come first served); one that
/// fits nowhere does not hold up those behind it. A task goes to the node that it fills best: GPUs
/// are kept for those who ask for them, and the smallest that will do are taken. A node that this
/// task has already been on comes last.
public final class Placement {
  private Placement() {}

  /// Places as many of `waiting` as fit.
  ///
  /// @param waiting in the order of their turn
  /// @param rooms what is free on each node that may take tasks; is used up
  /// @param most stops after so many
  /// @param hopeless takes the jobs of which no further task fits now; `waiting` may leave them out
  public static List<Choice> plan(
      Iterable<Want> waiting, Map<NodeId, NodeRoom> rooms, int most, Set<Long> hopeless) {
    Map<NodeId, NodeRoom> open = new TreeMap<>(rooms);
    open.values().removeIf(room -> room.freeSlots() < 1);
    List<Choice> choices = new ArrayList<>();
    Set<Resources> tooMuch = new HashSet<>();
    for (Want want : waiting) {
      if (open.isEmpty() || choices.size() >= most) {
        break;
      }
      if (tooMuch.contains(want.resources())) {
        hopeless.add(want.task().job());
        continue;
      }
      Optional<NodeId> best = best(want, open);
      if (best.isEmpty()) {
        tooMuch.add(want.resources());
        hopeless.add(want.task().job());
        continue;
      }
      NodeRoom room = Objects.requireNonNull(open.get(best.get()));
      List<Integer> gpus = room.fit(want.resources()).orElseThrow();
      room.take(want.resources(), gpus);
      if (room.freeSlots() < 1) {
        open.remove(best.get());
      }
      choices.add(new Choice(want.task(), best.get(), gpus));
    }
    return choices;
  }

  private static Optional<NodeId> best(Want want, Map<NodeId, NodeRoom> open) {
    NodeId best = null;
    long bestCost = Long.MAX_VALUE;
    for (Map.Entry<NodeId, NodeRoom> entry : open.entrySet()) {
      NodeRoom room = entry.getValue();
      if (room.lacks(want.resources()).isPresent()) {
        continue;
      }
      int idleGpus = room.freeGpus() - want.resources().gpus();
      long cost =
          (want.triedOn().contains(entry.getKey()) ? 1_000_000L : 0)
              + idleGpus * 1_000L
              - Math.min(room.freeSlots(), 999);
      if (cost < bestCost) {
        bestCost = cost;
        best = entry.getKey();
      }
    }
    return Optional.ofNullable(best);
  }

  /// A task that could start.
  ///
  /// @param triedOn where it already has attempts
  public record Want(TaskId task, Resources resources, Set<NodeId> triedOn) {
    public Want {
      triedOn = Set.copyOf(triedOn);
    }
  }

  /// A task, its node and its GPUs there.
  public record Choice(TaskId task, NodeId node, List<Integer> gpus) {}
}
