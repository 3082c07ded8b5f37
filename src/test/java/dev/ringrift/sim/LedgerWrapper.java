package dev.ringrift.sim;

import dev.ringrift.agent.port.Ledger;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.election.ElectionTimings;
import dev.ringrift.core.ledger.ClusterState;
import dev.ringrift.core.ledger.Command;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/// Hands everything on to another ledger.
class LedgerWrapper implements Ledger {
  private final Ledger real;

  LedgerWrapper(Ledger real) {
    this.real = real;
  }

  @Override
  public Standing standing() {
    return real.standing();
  }

  @Override
  public <T> T read(Function<ClusterState, T> query) {
    return real.read(query);
  }

  @Override
  public void propose(Command command, Consumer<Proposal> done) {
    real.propose(command, done);
  }

  @Override
  public Map<NodeId, Progress> voters() {
    return real.voters();
  }

  @Override
  public void prioritise(Map<NodeId, Integer> priorities) {
    real.prioritise(priorities);
  }

  @Override
  public void transfer(NodeId to) {
    real.transfer(to);
  }

  @Override
  public void stepDown() {
    real.stepDown();
  }

  @Override
  public void retime(NodeId voter, ElectionTimings timings) {
    real.retime(voter, timings);
  }

  @Override
  public void changeVoters(List<NodeId> voters, Consumer<Proposal> done) {
    real.changeVoters(voters, done);
  }
}
