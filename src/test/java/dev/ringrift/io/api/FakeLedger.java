package dev.ringrift.io.api;

import dev.ringrift.agent.port.Ledger;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.election.ElectionTimings;
import dev.ringrift.core.ledger.ClusterState;
import dev.ringrift.core.ledger.Command;
import dev.ringrift.core.ledger.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;

/// A ledger that commits at once, or does what a test wants. All voters of a test share one state.
public final class FakeLedger implements Ledger {
  private final ClusterState state;
  public volatile boolean leading;
  public volatile boolean fresh = true;

  /// What becomes of a proposal in place of being committed.
  public volatile Optional<Proposal> answer = Optional.empty();

  public volatile Map<NodeId, Progress> progress = Map.of();

  public final AtomicInteger steppedDown = new AtomicInteger();
  public final List<Command> proposed = new ArrayList<>();

  public FakeLedger(ClusterState state) {
    this.state = state;
  }

  @Override
  public Standing standing() {
    return new Standing(7, Optional.empty(), leading, fresh);
  }

  @Override
  public <T> T read(Function<ClusterState, T> query) {
    synchronized (state) {
      return query.apply(state);
    }
  }

  @Override
  public void propose(Command command, Consumer<Proposal> done) {
    if (answer.isPresent()) {
      done.accept(answer.get());
    } else if (!leading) {
      done.accept(new Proposal.NotLeader(Optional.empty()));
    } else {
      synchronized (state) {
        proposed.add(command);
        done.accept(new Proposal.Committed(proposed.size(), state.apply(command)));
      }
    }
  }

  @Override
  public Map<NodeId, Progress> voters() {
    return progress;
  }

  @Override
  public void prioritise(Map<NodeId, Integer> priorities) {}

  @Override
  public void transfer(NodeId to) {}

  @Override
  public void retime(NodeId voter, ElectionTimings timings) {}

  @Override
  public void stepDown() {
    steppedDown.incrementAndGet();
  }

  @Override
  public void changeVoters(List<NodeId> voters, Consumer<Proposal> done) {
    done.accept(new Proposal.Committed(1, new Outcome.Done(0)));
  }
}
