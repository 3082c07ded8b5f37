package dev.ringrift.agent;

import dev.ringrift.agent.port.Ledger;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.election.ElectionTimings;
import dev.ringrift.core.ledger.ClusterState;
import dev.ringrift.core.ledger.Command;
import dev.ringrift.core.ledger.TestCluster;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/// A ledger whose standing the test sets, and whose proposals it answers one by one, or at once
/// while `prompt`.
final class ScriptedLedger implements Ledger {
  final TestCluster cluster = new TestCluster();
  final List<Open> open = new ArrayList<>();
  final Map<NodeId, Progress> voters = new HashMap<>();
  final List<String> calls = new ArrayList<>();
  boolean prompt = true;

  /// While somebody holds its lock, whoever reads waits.
  volatile Optional<Hold> held = Optional.empty();
  Standing standing = new Standing(1, Optional.empty(), false, false);

  /// `leader` leads that term, and this voter may act if it is `self` and fresh.
  void leads(long term, String leader, boolean self, boolean fresh) {
    standing = new Standing(term, Optional.of(new NodeId(leader)), self, fresh);
  }

  /// Between two leaders.
  void nobodyLeads(long term) {
    standing = new Standing(term, Optional.empty(), false, false);
  }

  /// Commits and applies the oldest open proposal.
  void commit() {
    Open first = open.removeFirst();
    cluster.term = cluster.state.term();
    first.done.accept(new Proposal.Committed(1, cluster.apply(first.command)));
  }

  /// Says of the oldest open proposal that nobody knows; it may be committed later by `late`.
  Command unclear() {
    Open first = open.removeFirst();
    first.done.accept(new Proposal.Unclear("timeout"));
    return first.command;
  }

  <T extends Command> List<T> proposed(Class<T> kind) {
    return open.stream().map(Open::command).filter(kind::isInstance).map(kind::cast).toList();
  }

  @Override
  public Standing standing() {
    return standing;
  }

  @Override
  public <T> T read(Function<ClusterState, T> query) {
    held.ifPresent(Hold::pass);
    return query.apply(cluster.state);
  }

  @Override
  public void propose(Command command, Consumer<Proposal> done) {
    calls.add(command.getClass().getSimpleName());
    open.add(new Open(command, done));
    while (prompt && !open.isEmpty()) {
      commit();
    }
  }

  @Override
  public Map<NodeId, Progress> voters() {
    return voters;
  }

  @Override
  public void prioritise(Map<NodeId, Integer> priorities) {
    calls.add("prioritise " + new java.util.TreeMap<>(priorities));
  }

  @Override
  public void transfer(NodeId to) {
    calls.add("transfer " + to);
  }

  @Override
  public void stepDown() {
    calls.add("step down");
  }

  @Override
  public void changeVoters(List<NodeId> to, Consumer<Proposal> done) {
    calls.add("voters " + to);
  }

  @Override
  public void retime(NodeId voter, ElectionTimings timings) {
    calls.add("retime %s %d ms".formatted(voter, timings.least().toMillis()));
  }

  record Open(Command command, Consumer<Proposal> done) {}

  /// A lock that is held until it is opened.
  static final class Hold {
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch open = new CountDownLatch(1);

    private void pass() {
      reached.countDown();
      try {
        open.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    /// Waits until somebody waits for it.
    boolean awaitReached() throws InterruptedException {
      return reached.await(30, TimeUnit.SECONDS);
    }

    void open() {
      open.countDown();
    }
  }
}
