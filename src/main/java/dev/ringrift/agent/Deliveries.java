package dev.ringrift.agent;

import dev.ringrift.agent.data.Collected;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.data.Content;
import dev.ringrift.core.jobs.Attempt;
import dev.ringrift.core.jobs.AttemptId;
import dev.ringrift.core.jobs.JobFiles;
import dev.ringrift.core.ledger.ClusterState;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// Which outputs of ended attempts may be committed. A box that vanishes in the second after its
/// job's success would take the result along, and nobody would make it again; so a success counts
/// when another node has all of its outputs.
///
/// What nobody can take, since there is no other node or no room, is committed as it is: for want
/// of a second copy no result is thrown away. Who cancels a task does not wait for copies either.
/// Not thread-safe.
final class Deliveries {
  /// After this time without one more byte on another node it is not waited for.
  static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final Map<AttemptId, Delivery> known = new HashMap<>();

  /// A new term: nothing is known.
  void begin() {
    known.clear();
  }

  /// Whether what an attempt left may be committed, as of the last look.
  boolean safe(AttemptId attempt) {
    Delivery delivery = known.get(attempt);
    return delivery != null && delivery.safe();
  }

  /// Whether something is waited for.
  boolean waiting() {
    return known.values().stream().anyMatch(each -> !each.safe());
  }

  /// Looks at one that its node has kept, and has it copied. Returns whether it has become safe.
  ///
  /// @param alone whether there is no other node that could have it
  boolean look(
      ClusterState state, DataPlan plan, NodeId maker, Collected kept, boolean alone, long now) {
    AttemptId id = kept.attempt();
    Delivery before = known.get(id);
    if (before != null && before.safe()) {
      return false;
    }
    Optional<Attempt> attempt = attempt(state, maker, id);
    if (attempt.isEmpty()) {
      return false; // what a node says of another one's attempt makes nothing safe
    }
    List<JobFiles.Output> outputs = outputs(state, id);
    boolean secured = true;
    long reached = 0;
    for (int i = 0; i < Math.min(outputs.size(), kept.files().size()); i++) {
      Content content = kept.files().get(i);
      secured &= plan.secured(maker, content, places(state, outputs.get(i)));
      reached += plan.reachedBytes(maker, content);
    }
    long since = before == null || reached > before.reached() ? now : before.sinceNanos();
    boolean unwanted = !attempt.get().stopReason().isEmpty();
    boolean safe = secured || alone || unwanted || now - since >= PATIENCE_NANOS;
    known.put(id, new Delivery(reached, since, safe));
    return safe;
  }

  /// Forgets what no node has kept any more.
  void retain(Set<AttemptId> kept) {
    known.keySet().retainAll(kept);
  }

  /// One that ran on that node, and may yet become its task's result.
  private static Optional<Attempt> attempt(ClusterState state, NodeId maker, AttemptId id) {
    return state
        .task(id.task())
        .flatMap(task -> task.attempt(id.number()))
        .filter(found -> found.node().equals(maker));
  }

  private static List<JobFiles.Output> outputs(ClusterState state, AttemptId id) {
    return state.job(id.task().job()).orElseThrow().spec().files().outputs();
  }

  private static Collection<NodeId> places(ClusterState state, JobFiles.Output output) {
    return output.to().contains("all")
        ? List.of()
        : state.nodes().keySet().stream().filter(n -> output.to().contains(n.value())).toList();
  }

  /// @param reached bytes that other nodes have of it
  /// @param sinceNanos when there came more of it for the last time
  private record Delivery(long reached, long sinceNanos, boolean safe) {}
}
