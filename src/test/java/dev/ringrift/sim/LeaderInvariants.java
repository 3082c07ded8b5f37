package dev.ringrift.sim;

import dev.ringrift.core.Fence;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.ledger.ClusterState;
import dev.ringrift.core.ledger.Command;
import dev.ringrift.core.ledger.Outcome;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Who leads: one a term, never two that may act at one instant, and nobody obeys the past.
final class LeaderInvariants implements SimWorld.LedgerWatcher {
  private final List<SimHost> voters;
  private final Map<Long, NodeId> leaders = new HashMap<>();
  private final Map<NodeId, Fence> obeyed = new HashMap<>();
  private int elections;

  LeaderInvariants(SimWorld world) {
    this.voters = world.hosts.values().stream().filter(SimHost::voter).toList();
    world.watch(this);
    world.invariant(this::oneMayAct);
  }

  int elections() {
    return elections;
  }

  @Override
  public void led(SimHost voter, long term) {
    elections++;
    NodeId older = leaders.put(term, voter.id);
    if (older != null) {
      throw new Violation("term %d has two leaders: %s and %s".formatted(term, older, voter));
    }
  }

  @Override
  public void applied(
      SimHost voter, int index, Command command, Outcome outcome, ClusterState state) {}

  /// A worker's agent carried out an order that came under `fence`.
  void obeyed(SimHost host, Fence fence, Object what) {
    Fence newest = obeyed.merge(host.id, fence, (a, b) -> a.atLeast(b) ? a : b);
    if (!fence.atLeast(newest)) {
      throw new Violation(
          "%s obeys fence %s for %s after it obeyed %s".formatted(host, fence, what, newest));
    }
  }

  private void oneMayAct() {
    SimHost found = null;
    for (int i = 0; i < voters.size(); i++) {
      SimHost voter = voters.get(i);
      if (!voter.frozen() && mayAct(voter)) {
        if (found != null) {
          throw new Violation(
              "%s and %s may both act as leader: %s, %s"
                  .formatted(found, voter, standing(found), standing(voter)));
        }
        found = voter;
      }
    }
  }

  private static boolean mayAct(SimHost voter) {
    AgentProcess process = voter.process().orElse(null);
    return process != null && process.port().map(p -> p.standing().mayAct()).orElse(false);
  }

  private static String standing(SimHost voter) {
    return voter.process().flatMap(AgentProcess::port).map(p -> p.standing().toString()).orElse("");
  }
}
