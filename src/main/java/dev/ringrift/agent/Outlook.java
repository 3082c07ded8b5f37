package dev.ringrift.agent;

import dev.ringrift.agent.port.Clock;
import dev.ringrift.agent.port.Ledger;
import dev.ringrift.agent.view.DataView.OnNode;
import dev.ringrift.agent.view.Health;
import dev.ringrift.agent.view.JobCounts;
import dev.ringrift.agent.view.Status;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.UserError;
import dev.ringrift.core.ledger.ClusterState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/// What an agent tells of itself and of the cluster: a picture that its loop makes a few times a
/// second, and that any thread may look at, whatever blocks the loop.
final class Outlook {
  private static final long EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
  private static final long STARTING_NANOS = TimeUnit.SECONDS.toNanos(15);
  private static final long STALLED_NANOS = TimeUnit.SECONDS.toNanos(5);

  /// A moment between two leaders, or in which a majority did not confirm the one that there is,
  /// passes by itself: nobody is to be woken for it.
  private static final long DOUBTED_NANOS = TimeUnit.SECONDS.toNanos(2);

  /// Longer between two looks is a pause of the whole program.
  private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final AgentSettings settings;
  private final Clock clock;
  private final NodeDesk node;
  private final Optional<Voter> voter;
  private final Map<NodeId, List<String>> unreachable = new TreeMap<>();
  private final long startedNanos;
  private long nextNanos;
  private long lookedNanos;
  private long confirmedNanos;
  private volatile long tickedNanos;
  private volatile Seen seen;

  /// What only a voter sees.
  record Voter(Ledger ledger, LeaderDesk leader, DataLeader data) {}

  Outlook(AgentSettings settings, Clock clock, NodeDesk node, Optional<Voter> voter) {
    this.settings = settings;
    this.clock = clock;
    this.node = node;
    this.voter = voter;
    startedNanos = clock.nanos();
    tickedNanos = startedNanos;
    nextNanos = startedNanos;
    lookedNanos = startedNanos;
    confirmedNanos = startedNanos - DOUBTED_NANOS;
    seen =
        new Seen(
            Optional.empty(),
            Optional.empty(),
            true,
            0,
            node.voterAddresses(),
            emptyStatus(),
            List.of(),
            Map.of());
  }

  private Status emptyStatus() {
    return new Status(
        "",
        Optional.empty(),
        0,
        new Status.Quorum(List.copyOf(node.voters()), 0, node.voters().size() / 2 + 1),
        List.of(),
        JobCounts.NONE,
        clock.wallMillis());
  }

  /// A node could not be dialled, for these reasons.
  void unreachable(NodeId peer, List<String> reasons) {
    unreachable.put(peer, reasons);
  }

  void reached(NodeId peer) {
    unreachable.remove(peer);
  }

  /// Looks again when that is due, and at once when somebody else leads.
  void tick() {
    long now = clock.nanos();
    tickedNanos = now;
    boolean another =
        voter.isPresent() && !voter.get().ledger.standing().leader().equals(seen.leader());
    if (another || now - nextNanos >= 0) {
      nextNanos = now + EVERY_NANOS;
      look();
    }
  }

  private void look() {
    forgivePause();
    List<UserError> doubts = new ArrayList<>();
    Seen next = voter.isPresent() ? asVoter(voter.get(), doubts) : asWorker(node.leader(), doubts);
    unreachable.keySet().retainAll(node.voters());
    if (next.doubted) {
      unreachable.forEach(
          (peer, reasons) ->
              doubts.add(new UserError("cannot reach " + peer, String.join("; ", reasons), "")));
    }
    node.trouble().ifPresent(doubts::add);
    node.rival().ifPresent(doubts::add);
    seen = next;
  }

  private Seen asWorker(Optional<NodeId> leads, List<UserError> doubts) {
    return new Seen(
        leads,
        leads,
        doubted(leads),
        node.highestFence().term(),
        node.voterAddresses(),
        seen.status,
        doubts,
        Map.of());
  }

  private Seen asVoter(Voter own, List<UserError> doubts) {
    Ledger.Standing standing = own.ledger.standing();
    Status status = status(own, standing);
    Map<NodeId, OnNode> files = own.leader.acts() ? own.data.view() : Map.of();
    boolean unconfirmed = standing.leading() && !standing.fresh();
    Optional<NodeId> leads = unconfirmed ? Optional.empty() : standing.leader();
    boolean doubted = doubted(leads);
    if (unconfirmed && doubted) {
      doubts.add(new UserError("a majority of the voters does not answer this leader", "", ""));
    }
    Optional<NodeId> believed = doubted ? leads : standing.leader();
    return new Seen(
        leads, believed, doubted, standing.term(), node.voterAddresses(), status, doubts, files);
  }

  /// While this program stood still it could not hear of a leader.
  private void forgivePause() {
    long now = clock.nanos();
    confirmedNanos += Math.max(0, now - lookedNanos - PAUSE_NANOS);
    lookedNanos = now;
  }

  private boolean doubted(Optional<NodeId> confirmed) {
    long now = clock.nanos();
    if (confirmed.isPresent()) {
      confirmedNanos = now;
    }
    return now - confirmedNanos >= DOUBTED_NANOS;
  }

  private Status status(Voter own, Ledger.Standing standing) {
    Roster roster = own.leader.roster();
    return own.ledger.read(
        (ClusterState state) ->
            StatusBoard.status(
                state, standing, own.ledger.voters(), roster.detector(), roster.members(), clock));
  }

  /// Answered from memory.
  Health health() {
    Seen now = seen;
    long uptime = clock.nanos() - startedNanos;
    List<UserError> troubles = troubles(now);
    Health.State state = uptime < STARTING_NANOS ? Health.State.STARTING : Health.State.DEGRADED;
    return new Health(
            troubles.isEmpty() ? Health.State.OK : state,
            settings.node(),
            settings.role(),
            now.believed,
            now.term,
            TimeUnit.NANOSECONDS.toSeconds(uptime),
            settings.version(),
            List.of(),
            List.of(),
            List.of())
        .with(troubles);
  }

  private List<UserError> troubles(Seen now) {
    List<UserError> troubles = new ArrayList<>();
    if (now.doubted) {
      troubles.add(
          new UserError(
              "no leader is known",
              "",
              "see that most of the voters %s run, and that %s reaches them"
                  .formatted(voters(), settings.node())));
    }
    troubles.addAll(now.doubts);
    long stalled = clock.nanos() - tickedNanos;
    if (stalled > STALLED_NANOS) {
      troubles.add(
          new UserError(
              "the agent's loop has stood still for %d s"
                  .formatted(TimeUnit.NANOSECONDS.toSeconds(stalled)),
              "",
              "see whether its disk or its machine hangs; if not, restart the agent: jobs run on"));
    }
    return troubles;
  }

  Status status() {
    return seen.status;
  }

  Map<NodeId, OnNode> files() {
    return seen.files;
  }

  Optional<NodeId> leader() {
    return seen.leader;
  }

  List<NodeId> voters() {
    return List.copyOf(seen.voterAddresses.keySet());
  }

  /// Where the voters can be dialled, as far as this node knows.
  Map<NodeId, List<String>> voterAddresses() {
    return seen.voterAddresses;
  }

  /// @param leader to whom what changes something may be sent
  /// @param believed who leads as far as people are told: a moment's doubt is not worth their while
  /// @param doubted whether no leader was confirmed for longer than a moment
  /// @param doubts complete once the picture is shown
  private record Seen(
      Optional<NodeId> leader,
      Optional<NodeId> believed,
      boolean doubted,
      long term,
      Map<NodeId, List<String>> voterAddresses,
      Status status,
      List<UserError> doubts,
      Map<NodeId, OnNode> files) {}
}
