package dev.ringrift.agent;

import dev.ringrift.agent.port.Clock;
import dev.ringrift.agent.port.Ledger;
import dev.ringrift.core.Fence;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.ledger.ClusterState;
import dev.ringrift.core.ledger.NodeRecord;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/// What a voter does besides being a node: answers beats with who leads, and tells the leader whom
/// it hears. Used on the agent's loop.
final class VoterDesk {
  private static final long WITNESS_EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long HEARD_KEPT_NANOS = TimeUnit.MINUTES.toNanos(5);

  private final AgentSettings settings;
  private final Clock clock;
  private final Ledger ledger;
  private final NodeDesk node;
  private final Route route;
  private final Map<NodeId, Long> heardNanos = new HashMap<>();
  private long nextWitnessNanos;

  VoterDesk(AgentSettings settings, Clock clock, Ledger ledger, NodeDesk node, Route route) {
    this.settings = settings;
    this.clock = clock;
    this.ledger = ledger;
    this.node = node;
    this.route = route;
    nextWitnessNanos = clock.nanos();
  }

  void tick() {
    Ledger.Standing standing = ledger.standing();
    standing
        .leader()
        .filter(leader -> !standing.leading() || standing.fresh())
        .ifPresent(leader -> node.follow(leader, fence(standing.term())));
    node.learnVoters(addresses());
    long now = clock.nanos();
    if (now - nextWitnessNanos < 0) {
      return;
    }
    nextWitnessNanos = now + WITNESS_EVERY_NANOS;
    heardNanos.values().removeIf(at -> now - at > HEARD_KEPT_NANOS);
    Optional<NodeId> leader = standing.leader();
    if (leader.isPresent() && !leader.get().equals(settings.node())) {
      Map<String, Long> ago = new TreeMap<>();
      heardNanos.forEach((id, at) -> ago.put(id.value(), TimeUnit.NANOSECONDS.toMillis(now - at)));
      route.send(leader.get(), new Message.Witness(ago), node.voters());
    }
  }

  /// A node beats: it is told who leads.
  void beat(NodeId from, Message.Beat beat) {
    heardNanos.put(from, clock.nanos());
    Ledger.Standing standing = ledger.standing();
    boolean sure = standing.leader().isPresent() && (!standing.leading() || standing.fresh());
    String leader = sure ? standing.leader().get().value() : "";
    Fence fence = sure ? fence(standing.term()) : Fence.NONE;
    Message ack = new Message.BeatAck(beat.sentNanos(), leader, fence, addresses());
    route.send(from, ack, node.voters());
  }

  private Fence fence(long term) {
    return new Fence(ledger.read(ClusterState::epoch), term);
  }

  /// The voters by the ledger, with the addresses they registered, or else those configured.
  private Map<String, List<String>> addresses() {
    return ledger.read(
        state -> {
          Map<String, List<String>> found = new TreeMap<>();
          for (NodeId voter : state.voters()) {
            NodeRecord record = state.nodes().get(voter);
            List<String> configured = settings.voterAddresses().getOrDefault(voter, List.of());
            List<String> registered = record == null ? List.of() : record.addresses();
            found.put(voter.value(), registered.isEmpty() ? configured : registered);
          }
          return found;
        });
  }
}
