package dev.ringrift.agent;

import dev.ringrift.agent.port.Clock;
import dev.ringrift.agent.port.Ledger;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.Role;
import dev.ringrift.core.ledger.ClusterState;
import dev.ringrift.core.ledger.NodeRecord;
import dev.ringrift.core.liveness.FailureDetector;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/// What a leader remembers of the nodes in its term: whom it heard when, and what each said of
/// itself. It begins empty: everybody is unknown until they report.
///
/// Used on the agent's loop.
final class Roster {
  private static final int MEMBERS_MAX = ClusterState.NODES_MAX;
  private static final Duration REMOVED_KEPT = Duration.ofMinutes(1);

  private final Clock clock;
  private final Ledger ledger;
  private final Proposer proposer;
  private final FailureDetector detector;
  private long beganNanos;
  private final TreeMap<NodeId, Member> members = new TreeMap<>();

  Roster(Clock clock, Ledger ledger, Proposer proposer) {
    this.clock = clock;
    this.ledger = ledger;
    this.proposer = proposer;
    this.beganNanos = clock.nanos();
    this.detector = new FailureDetector(beganNanos);
  }

  FailureDetector detector() {
    return detector;
  }

  Map<NodeId, Member> members() {
    return members;
  }

  Optional<Member> member(NodeId id) {
    return Optional.ofNullable(members.get(id));
  }

  /// A term begins.
  void begin() {
    members.clear();
    beganNanos = clock.nanos();
    detector.begin(beganNanos);
  }

  /// Whether that agent is listened to as the node that it says it is.
  ///
  /// @param pid of its process, where the message says that
  Admission admits(NodeId from, Role role, String instance, OptionalLong pid) {
    if (members.size() >= MEMBERS_MAX && !members.containsKey(from)) {
      return Admission.LISTENED_TO;
    }
    long now = clock.nanos();
    Member member = members.computeIfAbsent(from, x -> new Member(role));
    if (member.admits(instance, known(from, pid, now), now)) {
      return Admission.LISTENED_TO;
    }
    return member.listensTo().isEmpty() ? Admission.NOT_YET : Admission.RIVAL;
  }

  /// Whether an agent is listened to as the node that it says it is.
  enum Admission {
    LISTENED_TO,
    /// The leader has just begun, and this may be another than the one that was there.
    NOT_YET,
    /// Another one of that name is.
    RIVAL
  }

  private boolean known(NodeId from, OptionalLong pid, long now) {
    if (now - beganNanos >= FailureDetector.SUSPECT_AFTER.toNanos()) {
      return true;
    }
    Optional<NodeRecord> written =
        ledger.read(state -> Optional.ofNullable(state.nodes().get(from)));
    return written.isEmpty() || pid.equals(OptionalLong.of(written.get().pid()));
  }

  /// Something came from a node.
  void heard(NodeId from, Role role) {
    if (members.size() < MEMBERS_MAX || members.containsKey(from)) {
      members.computeIfAbsent(from, x -> new Member(role)).heard(clock.nanos());
      detector.heard(from, clock.nanos());
    }
  }

  void beat(NodeId from, Message.Beat beat) {
    if (beat.rttNanos() > 0) {
      detector.roundTrip(from, beat.rttNanos());
    }
  }

  void linkDown(NodeId peer) {
    if (members.containsKey(peer)) {
      detector.linkDown(peer);
    }
  }

  /// A voter says whom it hears.
  void witnessed(Message.Witness witness) {
    long now = clock.nanos();
    for (NodeId id : known()) {
      Long agoMillis = witness.heardMillisAgo().get(id.value());
      if (agoMillis != null) {
        detector.witnessed(id, now - TimeUnit.MILLISECONDS.toNanos(Math.max(0, agoMillis)));
      }
    }
  }

  /// Nodes that were taken out of the ledger and are silent make room for others.
  void forgetRemoved(long now) {
    Set<NodeId> known = known();
    Set<NodeId> removed = new HashSet<>(members.keySet());
    removed.removeIf(
        id -> known.contains(id) || detector.silence(id, now).compareTo(REMOVED_KEPT) < 0);
    members.keySet().removeAll(removed);
    removed.forEach(detector::forget);
  }

  private Set<NodeId> known() {
    return ledger.read(state -> Set.copyOf(state.nodes().keySet()));
  }

  /// Writes down, for the leader of `term`, what nodes said of themselves.
  void registerAll(long term) {
    members.forEach((id, member) -> register(term, id, member));
  }

  /// Writes down what a node said of itself if the ledger has it otherwise. Only when it has just
  /// said so: what it said before it was removed says nothing about now. Against the word that its
  /// machine is gone it is believed only after a while.
  void register(long term, NodeId id, Member member) {
    if (member.hello().isEmpty()) {
      return;
    }
    Optional<NodeRecord> written = ledger.read(state -> Optional.ofNullable(state.nodes().get(id)));
    NodeRecord.Word word = written.map(NodeRecord::word).orElse(NodeRecord.Word.RUNS);
    if (member.believed(word, clock.nanos()) && !member.isWritten(written)) {
      proposer.register(term, id, member.role, member.hello().get());
    }
  }

  /// Whether something new may be started on a node.
  boolean mayStart(NodeId id) {
    return mayTake(id) && member(id).filter(m -> m.figures().refusal().isEmpty()).isPresent();
  }

  /// Whether a node may be told what to do: heard by this leader, and all that runs there is known.
  boolean mayTake(NodeId id) {
    return member(id).filter(Member::wholeReport).isPresent()
        && detector.judge(id, clock.nanos()) instanceof FailureDetector.Verdict.Up;
  }
}
