package dev.ringrift.agent;

import dev.ringrift.agent.port.Clock;
import dev.ringrift.agent.port.Ledger;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.election.BullyRule;
import dev.ringrift.core.election.ElectionTimings;
import dev.ringrift.core.election.RoundTrips;
import dev.ringrift.core.election.TimingRule;
import dev.ringrift.core.ledger.ClusterSettings;
import dev.ringrift.core.ledger.ClusterState;
import dev.ringrift.core.ledger.Command;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Consumer;

/// Keeps the voters' timings to what is measured: has the ledger say which they are to be, and
/// brings the voters to what it says. Used on the agent's loop, by the leader only.
final class Retiming {
  private final NodeId self;
  private final Clock clock;
  private final Ledger ledger;
  private final RoundTrips roundTrips;
  private final Consumer<Event> inbox;
  private final TimingRule rule = new TimingRule();
  private boolean proposing;

  /// @param roundTrips from this node to voters
  Retiming(NodeId self, Clock clock, Ledger ledger, RoundTrips roundTrips, Consumer<Event> inbox) {
    this.self = self;
    this.clock = clock;
    this.ledger = ledger;
    this.roundTrips = roundTrips;
    this.inbox = inbox;
  }

  void begin() {
    rule.begin();
    proposing = false;
  }

  void tick(long nowNanos) {
    ClusterSettings settings = ledger.read(ClusterState::settings);
    List<NodeId> ranked = ledger.read(ClusterState::voters);
    if (ranked.isEmpty()) {
      return; // the cluster has not begun, and its settings are not known
    }
    needed(ranked)
        .flatMap(needed -> rule.change(settings.election(), needed, nowNanos))
        .ifPresent(timings -> propose(settings, timings));
    SequencedMap<NodeId, TimingRule.Voter> voters = seen(ranked);
    switch (rule.next(self, settings.election(), voters, nowNanos)) {
      case TimingRule.Step.Nothing nothing -> {}
      case TimingRule.Step.Reopen reopen -> ledger.retime(reopen.voter(), settings.election());
      case TimingRule.Step.HandOver handOver -> ledger.transfer(handOver.to());
    }
  }

  /// Whether the timings that are in force, on all voters, suffice for one that is to come. A group
  /// that waits less long for an answer than it takes would never again have a leader.
  boolean suffice(NodeId joiner) {
    ElectionTimings committed = ledger.read(ClusterState::settings).election();
    return ledger.voters().values().stream()
            .allMatch(voter -> voter.timings().equals(Optional.of(committed)))
        && roundTrips
            .shortest(joiner)
            .filter(shortest -> !ElectionTimings.of(shortest).longerThan(committed))
            .isPresent();
  }

  /// The longest that any voter needs.
  private Optional<ElectionTimings> needed(Collection<NodeId> voters) {
    return voters.stream()
        .filter(voter -> !voter.equals(self))
        .flatMap(voter -> needs(voter).stream())
        .max(Comparator.comparing(ElectionTimings::least));
  }

  private Optional<ElectionTimings> needs(NodeId voter) {
    return roundTrips
        .shortest(voter)
        .map(shortest -> ElectionTimings.of(shortest, roundTrips.usual(voter).orElse(shortest)));
  }

  private SequencedMap<NodeId, TimingRule.Voter> seen(List<NodeId> ranked) {
    Map<NodeId, Ledger.Progress> progress = ledger.voters();
    SequencedMap<NodeId, TimingRule.Voter> seen = new LinkedHashMap<>();
    for (NodeId id : ranked) {
      Ledger.Progress known = progress.get(id);
      if (known != null) {
        seen.put(id, voter(known));
      }
    }
    progress.forEach((id, known) -> seen.putIfAbsent(id, voter(known)));
    return seen;
  }

  private static TimingRule.Voter voter(Ledger.Progress known) {
    boolean well =
        known.silentNanos() < Order.DOWN_AFTER_NANOS && known.behind() <= BullyRule.BEHIND_MAX;
    return new TimingRule.Voter(well, known.timings());
  }

  private void propose(ClusterSettings settings, ElectionTimings timings) {
    if (proposing) {
      return;
    }
    proposing = true;
    String reason = "as long as the answers of all voters take";
    ledger.propose(
        new Command.Configure(settings.withElection(timings), reason, clock.wallMillis()),
        proposal -> inbox.accept(new Event.Answered(() -> proposing = false)));
  }
}
