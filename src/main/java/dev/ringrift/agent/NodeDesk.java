package dev.ringrift.agent;

import dev.ringrift.agent.data.Depot;
import dev.ringrift.agent.port.Clock;
import dev.ringrift.agent.port.FenceStore;
import dev.ringrift.agent.port.Keeper;
import dev.ringrift.agent.port.Network;
import dev.ringrift.agent.port.Telemetry;
import dev.ringrift.core.Fence;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.Role;
import dev.ringrift.core.UserError;
import dev.ringrift.core.election.RoundTrips;
import dev.ringrift.core.jobs.AttemptId;
import dev.ringrift.core.jobs.Capacity;
import dev.ringrift.core.liveness.FailureDetector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// What every node does, whether it votes or not: keeps its links, beats, reports, obeys orders.
///
/// It obeys a voter that presents the highest fence it has ever seen, and nobody else; the fence is
/// on disk before the first order under it is carried out. What runs here goes on whatever becomes
/// of links and leaders; only an exclusive attempt needs the leader's word, as a lease.
///
/// Used on the agent's loop.
final class NodeDesk {
  private static final Duration REPORT_EVERY = Duration.ofSeconds(5);

  /// A leader says it at each beat.
  private static final Duration RIVALLED_FOR = FailureDetector.SUSPECT_AFTER;

  private final AgentSettings settings;
  private final Clock clock;
  private final Network network;
  private final InputKeeper keeper;
  private final Depot depot;
  private final Telemetry telemetry;
  private final KeptFence fence;
  private final Route route;
  private final VoterLinks links;
  private final HeldLeases leases;
  private final RoundTrips roundTrips = new RoundTrips();
  private final Map<AttemptId, AttemptReport> attempts = new TreeMap<>();
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
  private OptionalLong rivalledNanos = OptionalLong.empty();
  private Capacity told = Capacity.NONE;

  NodeDesk(
      AgentSettings settings,
      Clock clock,
      Network network,
      Keeper keeper,
      Telemetry telemetry,
      FenceStore fences,
      Depot depot,
      Route route) {
    this.settings = settings;
    this.clock = clock;
    this.network = network;
    this.keeper = new InputKeeper(keeper, depot, clock);
    this.depot = depot;
    this.telemetry = telemetry;
    fence = new KeptFence(clock, fences);
    this.route = route;
    links = new VoterLinks(settings, network);
    leases = new HeldLeases(clock, this.keeper);
    nextBeatNanos = clock.nanos();
    nextReportNanos = clock.nanos();
  }

  /// Who leads, as far as this node was told.
  Optional<NodeId> leader() {
    return leader;
  }

  /// The highest fence that this node has obeyed.
  Fence highestFence() {
    return fence.highest();
  }

  /// Why this node obeys nobody, while its fence cannot be stored.
  Optional<UserError> trouble() {
    return fence.trouble();
  }

  /// The fence under which the leader that this node follows leads.
  Fence leaderFence() {
    return leaderFence;
  }

  /// Where the voters that this node knows can be dialled; a copy.
  Map<NodeId, List<String>> voterAddresses() {
    return links.addresses();
  }

  /// The voters that this node knows.
  Collection<NodeId> voters() {
    return links.voters();
  }

  /// How long the voters take to answer beats.
  RoundTrips roundTrips() {
    return roundTrips;
  }

  /// Takes the list of voters that a voter told.
  void learnVoters(Map<String, List<String>> told) {
    links.learn(told);
    roundTrips.retain(voters());
  }

  /// Does what is due.
  void tick() {
    links.dial(leader);
    fence.tick();
    List<AttemptReport> failed = keeper.tick();
    if (!failed.isEmpty()) {
      keeperReported(failed, false);
    }
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
    leader.ifPresent(to -> leases.due().forEach(ask -> route.send(to, ask, voters())));
  }

  private void beat(long now) {
    Message.Beat beat = new Message.Beat(settings.instance(), ++beatSeq, now, rttNanos);
    Set<NodeId> to = new HashSet<>(network.connected());
    to.retainAll(voters());
    leader.ifPresent(to::add);
    if (settings.role() == Role.VOTER) {
      to.add(settings.node());
    }
    for (NodeId voter : to) {
      route.send(voter, beat, voters());
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
            settings.commands(),
            settings.pid(),
            clock.wallMillis());
    route.send(leader.get(), hello, voters());
  }

  private void report() {
    if (leader.isEmpty()) {
      return;
    }
    reportSoon = false;
    Message.Report report =
        new Message.Report(
            leaderFence, settings.instance(), ++reportSeq, whole, known(), telemetry.figures());
    route.send(leader.get(), report, voters());
  }

  private List<AttemptReport> known() {
    List<AttemptReport> all = new ArrayList<>(attempts.values());
    keeper.preparing().stream().filter(r -> !attempts.containsKey(r.attempt())).forEach(all::add);
    return all;
  }

  /// A voter is reached again, or anew.
  void linkUp(NodeId peer) {
    if (voters().contains(peer)) {
      nextBeatNanos = clock.nanos();
      greet();
    }
  }

  /// Says at the next tick who this node is, and what runs here.
  void greet() {
    helloSoon = true;
    reportSoon = true;
  }

  /// A voter answered a beat.
  void beatAcked(NodeId voter, Message.BeatAck ack) {
    long rtt = clock.nanos() - ack.sentNanos();
    if (rtt >= 0) {
      rttNanos = Math.max(rtt, 1);
      roundTrips.add(voter, rtt);
    }
    if (ack.leader().isEmpty() || leaderFence.compareTo(ack.fence()) > 0) {
      return; // one that follows nobody may be of before: it has an old list of the voters too
    }
    if (!leader.equals(Optional.of(settings.node()))) {
      learnVoters(ack.voters());
    }
    follow(new NodeId(ack.leader()), ack.fence());
  }

  /// Takes `node` as the leader under `fence`.
  void follow(NodeId node, Fence fence) {
    boolean news = !fence.equals(leaderFence) || !leader.equals(Optional.of(node));
    leaderFence = fence;
    if (news) { // also the same leader in a new term: it has forgotten all that it was told
      leader = Optional.of(node);
      greet();
      nextBeatNanos = clock.nanos();
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
        leases.drop(report.attempt());
      }
    }
    if (all) {
      leases.retain(known().stream().map(AttemptReport::attempt).collect(Collectors.toSet()));
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
    orders.renew().forEach(order -> renew(from, order));
    for (Message.StopOrder stop : orders.stop()) {
      leases.drop(stop.attempt());
      keeper.stop(stop.attempt(), stop.reason(), settings.stopGrace());
    }
    for (AttemptId attempt : orders.settled()) {
      AttemptReport known = attempts.get(attempt);
      if (known == null || known.state().ended()) {
        attempts.remove(attempt);
        keeper.forget(attempt);
        depot.settled(attempt);
      }
    }
  }

  private void start(NodeId from, StartOrder order) {
    AttemptReport known = attempts.get(order.attempt());
    if (!order.exclusive()) {
      if (known == null) {
        keeper.start(order);
        reportSoon |= !order.inputs().isEmpty();
      }
      return;
    }
    if (known == null) {
      leases.ordered(order).ifPresent(ask -> route.send(from, ask, voters()));
    } else {
      renew(from, new Message.RenewOrder(order.attempt(), order.lease()));
    }
  }

  private void renew(NodeId from, Message.RenewOrder order) {
    AttemptReport known = attempts.get(order.attempt());
    if (known != null && !known.state().ended()) {
      leases.renewed(order).ifPresent(ask -> route.send(from, ask, voters()));
    }
  }

  /// The leader listens to another agent of this name.
  void rivalled(Message.Rival rival) {
    if (rival.instance().equals(settings.instance())) {
      rivalledNanos = OptionalLong.of(clock.nanos());
    }
  }

  /// Another agent of this name that the leader listens to.
  Optional<UserError> rival() {
    boolean there =
        rivalledNanos.isPresent()
            && clock.nanos() - rivalledNanos.getAsLong() < RIVALLED_FOR.toNanos();
    return there
        ? Optional.of(
            new UserError(
                "another agent is here as node %s already".formatted(settings.node()),
                "the leader listens to that one, and to this one once that one is silent",
                "stop one of them, or have this one join again with another --node-id and data"
                    + " folder"))
        : Optional.empty();
  }

  /// The leader lets an exclusive attempt start or go on.
  void leaseGranted(NodeId from, Message.LeaseGrant grant) {
    if (obey(from, grant.fence())) {
      leases.granted(grant);
    }
  }

  /// Whether an order under that fence is to be carried out; `from` is told when not.
  boolean obey(NodeId from, Fence theirs) {
    if (!theirs.atLeast(fence.highest())) {
      route.send(from, new Message.Refused(fence.highest()), voters());
      return false;
    }
    if (!fence.raise(theirs)) {
      return false;
    }
    if (theirs.atLeast(leaderFence)) {
      follow(from, theirs);
    }
    return true;
  }
}
