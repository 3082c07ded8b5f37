package dev.ringrift.agent;

import dev.ringrift.agent.port.Clock;
import dev.ringrift.agent.port.FenceStore;
import dev.ringrift.agent.port.Keeper;
import dev.ringrift.agent.port.Network;
import dev.ringrift.agent.port.Telemetry;
import dev.ringrift.core.Fence;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.Role;
import dev.ringrift.core.jobs.AttemptId;
import dev.ringrift.core.jobs.Capacity;
import dev.ringrift.core.liveness.FailureDetector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// What every node does, whether it votes or not: keeps its links, beats, reports, obeys orders.
///
/// It obeys a voter that presents the highest fence it has ever seen, and nobody else; the fence is
/// on disk before the first order under it is carried out. What runs here goes on whatever becomes
/// of links and leaders; only an exclusive attempt needs the leader's word, as a lease.
///
/// Used on the agent's loop.
final class NodeDesk {
  private static final Duration REPORT_EVERY = Duration.ofSeconds(5);
  private static final int LEASES_MAX = 1_000;

  private final AgentSettings settings;
  private final Clock clock;
  private final Network network;
  private final Keeper keeper;
  private final Telemetry telemetry;
  private final FenceStore fences;
  private final Route route;
  private final TreeMap<NodeId, List<String>> voters = new TreeMap<>();
  private final Set<NodeId> dialled = new HashSet<>();
  private final Map<AttemptId, AttemptReport> attempts = new TreeMap<>();
  private final Map<AttemptId, Lease> leases = new LinkedHashMap<>();
  private Fence highest;
  private Fence leaderFence = Fence.NONE;
  private Optional<NodeId> leader = Optional.empty();
  private boolean whole;
  private boolean reportSoon = true;
  private boolean helloSoon = true;
  private long beatSeq;
  private long reportSeq;
  private long rttNanos;
  private long nextBeatNanos;
  private long nextReportNanos;
  private Capacity told = Capacity.NONE;

  NodeDesk(
      AgentSettings settings,
      Clock clock,
      Network network,
      Keeper keeper,
      Telemetry telemetry,
      FenceStore fences,
      Route route) {
    this.settings = settings;
    this.clock = clock;
    this.network = network;
    this.keeper = keeper;
    this.telemetry = telemetry;
    this.fences = fences;
    this.route = route;
    voters.putAll(settings.voterAddresses());
    highest = fences.load();
    nextBeatNanos = clock.nanos();
    nextReportNanos = clock.nanos();
  }

  /// Who leads, as far as this node was told.
  Optional<NodeId> leader() {
    return leader;
  }

  /// The highest fence that this node has obeyed.
  Fence highestFence() {
    return highest;
  }

  /// The voters that this node knows.
  Collection<NodeId> voters() {
    return voters.keySet();
  }

  /// Addresses of the voters that this node knows.
  Map<NodeId, List<String>> voterAddresses() {
    return voters;
  }

  /// Does what is due.
  void tick() {
    dial();
    long now = clock.nanos();
    if (now - nextBeatNanos >= 0) {
      nextBeatNanos = now + FailureDetector.BEAT_EVERY.toNanos();
      beat(now);
    }
    boolean changed = !told.equals(telemetry.capacity());
    if (helloSoon || changed || now - nextReportNanos >= 0) {
      hello();
    }
    if (reportSoon || now - nextReportNanos >= 0) {
      nextReportNanos = now + REPORT_EVERY.toNanos();
      report();
    }
    renewLeases();
  }

  /// A voter dials every voter. A worker holds the leader and one other voter, the witness; while
  /// it does not know a leader that it can reach it tries all.
  private void dial() {
    Set<NodeId> wanted = new HashSet<>(voters.keySet());
    wanted.remove(settings.node());
    boolean leaderHeld = leader.isPresent() && network.connected().contains(leader.get());
    if (settings.role() == Role.WORKER && leaderHeld) {
      Optional<NodeId> witness = witness();
      wanted.removeIf(v -> !v.equals(leader.get()) && !witness.equals(Optional.of(v)));
    }
    for (NodeId voter : wanted) {
      if (dialled.add(voter)) {
        network.dial(voter, voters.getOrDefault(voter, List.of()));
      }
    }
    List<NodeId> extra = dialled.stream().filter(v -> !wanted.contains(v)).toList();
    for (NodeId voter : extra) {
      dialled.remove(voter);
      network.hangUp(voter);
    }
  }

  private Optional<NodeId> witness() {
    List<NodeId> others = new ArrayList<>(voters.keySet());
    others.remove(settings.node());
    leader.ifPresent(others::remove);
    Set<NodeId> connected = network.connected();
    List<NodeId> open = others.stream().filter(connected::contains).toList();
    List<NodeId> choice = open.isEmpty() ? others : open;
    return choice.isEmpty()
        ? Optional.empty()
        : Optional.of(choice.get(Math.floorMod(settings.node().hashCode(), choice.size())));
  }

  private void beat(long now) {
    Message.Beat beat = new Message.Beat(settings.instance(), ++beatSeq, now, rttNanos);
    Set<NodeId> to = new HashSet<>(network.connected());
    to.retainAll(voters.keySet());
    leader.ifPresent(to::add);
    if (settings.role() == Role.VOTER) {
      to.add(settings.node());
    }
    for (NodeId voter : to) {
      route.send(voter, beat, voters.keySet());
    }
  }

  private void hello() {
    told = telemetry.capacity();
    if (leader.isEmpty()) {
      return;
    }
    helloSoon = false;
    Message.Hello hello =
        new Message.Hello(
            settings.instance(),
            settings.addresses(),
            told,
            settings.version(),
            settings.pid(),
            clock.wallMillis());
    route.send(leader.get(), hello, voters.keySet());
  }

  private void report() {
    if (leader.isEmpty()) {
      return;
    }
    reportSoon = false;
    Message.Report report =
        new Message.Report(
            leaderFence,
            settings.instance(),
            ++reportSeq,
            whole,
            List.copyOf(attempts.values()),
            telemetry.figures());
    route.send(leader.get(), report, voters.keySet());
  }

  /// A voter is reached again, or anew.
  void linkUp(NodeId peer) {
    if (voters.containsKey(peer)) {
      nextBeatNanos = clock.nanos();
      helloSoon = true;
      reportSoon = true;
    }
  }

  /// A voter answered a beat.
  void beatAcked(NodeId voter, Message.BeatAck ack) {
    long rtt = clock.nanos() - ack.sentNanos();
    if (rtt >= 0) {
      rttNanos = Math.max(rtt, 1);
    }
    learnVoters(ack.voters());
    if (ack.leader().isEmpty() || leaderFence.compareTo(ack.fence()) > 0) {
      return;
    }
    follow(new NodeId(ack.leader()), ack.fence());
  }

  /// Takes `node` as the leader under `fence`.
  void follow(NodeId node, Fence fence) {
    leaderFence = fence;
    if (!leader.equals(Optional.of(node))) {
      leader = Optional.of(node);
      helloSoon = true;
      reportSoon = true;
      nextBeatNanos = clock.nanos();
    }
  }

  /// Takes the list of voters that a voter told; changed addresses are dialled anew.
  void learnVoters(Map<String, List<String>> told) {
    if (told.isEmpty()) {
      return;
    }
    TreeMap<NodeId, List<String>> next = new TreeMap<>();
    told.forEach((name, addresses) -> next.put(new NodeId(name), addresses));
    settings
        .voterAddresses()
        .forEach(
            (v, a) -> {
              if (next.containsKey(v) && next.get(v).isEmpty()) {
                next.put(v, a);
              }
            });
    if (!next.equals(voters)) {
      dialled.removeIf(v -> !Objects.equals(next.get(v), voters.get(v)));
      voters.clear();
      voters.putAll(next);
    }
  }

  /// The keeper said how attempts are.
  void keeperReported(List<AttemptReport> reports, boolean all) {
    if (all) {
      attempts.clear();
      whole = true;
    }
    for (AttemptReport report : reports) {
      attempts.put(report.attempt(), report);
      if (report.state().ended()) {
        leases.remove(report.attempt());
      }
    }
    reportSoon = true;
  }

  /// A voter gives orders.
  void ordered(NodeId from, Message.Orders orders) {
    if (!obey(from, orders.fence())) {
      return;
    }
    for (StartOrder order : orders.start()) {
      start(from, order);
    }
    for (Message.StopOrder stop : orders.stop()) {
      leases.remove(stop.attempt());
      keeper.stop(stop.attempt(), stop.reason(), settings.stopGrace());
    }
    for (AttemptId attempt : orders.settled()) {
      AttemptReport known = attempts.get(attempt);
      if (known == null || known.state().ended()) {
        attempts.remove(attempt);
        keeper.forget(attempt);
      }
    }
  }

  private void start(NodeId from, StartOrder order) {
    AttemptReport known = attempts.get(order.attempt());
    if (!order.exclusive()) {
      if (known == null) {
        keeper.start(order);
      }
      return;
    }
    boolean over = known != null && known.state().ended();
    if (!over && !leases.containsKey(order.attempt()) && leases.size() < LEASES_MAX) {
      leases.put(order.attempt(), new Lease(order, clock.bootNanos(), known != null));
      route.send(from, new Message.LeaseAsk(order.attempt(), clock.bootNanos()), voters.keySet());
    }
  }

  /// The leader lets an exclusive attempt start or go on, counted from when this node asked.
  void leaseGranted(NodeId from, Message.LeaseGrant grant) {
    Lease lease = leases.get(grant.attempt());
    if (!obey(from, grant.fence()) || lease == null) {
      return;
    }
    long until = grant.askedBootNanos() + lease.order().lease().toNanos();
    if (until - clock.bootNanos() <= 0) {
      return;
    }
    keeper.extendLease(grant.attempt(), until);
    if (!lease.started()) {
      leases.put(grant.attempt(), lease.begun());
      keeper.start(lease.order());
    }
  }

  private void renewLeases() {
    long boot = clock.bootNanos();
    if (leader.isEmpty()) {
      return;
    }
    for (Map.Entry<AttemptId, Lease> entry : leases.entrySet()) {
      Lease lease = entry.getValue();
      if (boot - lease.askedBootNanos() >= lease.order().lease().toNanos() / 3) {
        entry.setValue(lease.asked(boot));
        route.send(leader.get(), new Message.LeaseAsk(entry.getKey(), boot), voters.keySet());
      }
    }
  }

  private boolean obey(NodeId from, Fence fence) {
    if (!fence.atLeast(highest)) {
      route.send(from, new Message.Refused(highest), voters.keySet());
      return false;
    }
    if (!fence.equals(highest)) {
      fences.store(fence);
      highest = fence;
    }
    if (fence.atLeast(leaderFence)) {
      follow(from, fence);
    }
    return true;
  }

  private record Lease(StartOrder order, long askedBootNanos, boolean started) {
    Lease asked(long bootNanos) {
      return new Lease(order, bootNanos, started);
    }

    Lease begun() {
      return new Lease(order, askedBootNanos, true);
    }
  }
}
