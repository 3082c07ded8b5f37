package dev.ringrift.agent;

import dev.ringrift.agent.port.Clock;
import dev.ringrift.agent.port.Ledger;
import dev.ringrift.core.Fence;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.Role;
import dev.ringrift.core.jobs.Attempt;
import dev.ringrift.core.jobs.AttemptId;
import dev.ringrift.core.ledger.ClusterState;
import dev.ringrift.core.ledger.Command;
import dev.ringrift.core.liveness.FailureDetector;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// What the leader does: remembers how nodes are, commits what they report, places what waits,
/// sends orders.
///
/// It acts only while the ledger says that its authority is fresh, and only after its own `Lead`
/// has been applied, so that it knows all that its predecessors committed. What it remembers of
/// nodes begins empty in each term: everybody is unknown until they report.
///
/// Used on the agent's loop.
final class LeaderDesk {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final int MEMBERS_MAX = ClusterState.NODES_MAX;
  private static final int REFUSED_MAX = 10_000;
  private static final Duration REMOVED_KEPT = Duration.ofMinutes(1);

  private final AgentSettings settings;
  private final Clock clock;
  private final Ledger ledger;
  private final Route route;
  private final NodeDesk node;
  private final Proposer proposer;
  private final Reconciler reconciler;
  private final FailureDetector detector;
  private final Leases leases;
  private final Order order;
  private final TreeMap<NodeId, Member> members = new TreeMap<>();
  private final LinkedHashSet<AttemptId> refused = new LinkedHashSet<>();
  private long leadTerm = -1;
  private boolean acting;
  private long nextSecondNanos;

  LeaderDesk(
      AgentSettings settings,
      Clock clock,
      Ledger ledger,
      Route route,
      NodeDesk node,
      Consumer<Event> inbox) {
    this.settings = settings;
    this.clock = clock;
    this.ledger = ledger;
    this.route = route;
    this.node = node;
    proposer = new Proposer(ledger, clock, inbox);
    reconciler = new Reconciler(settings.lease());
    detector = new FailureDetector(clock.nanos());
    leases = new Leases(settings.lease());
    order = new Order(settings, ledger, inbox);
    nextSecondNanos = clock.nanos();
  }

  /// Whether this node acts as the leader now.
  boolean acts() {
    return acting && ledger.standing().mayAct() && ledger.standing().term() == leadTerm;
  }

  FailureDetector detector() {
    return detector;
  }

  Map<NodeId, Member> members() {
    return members;
  }

  /// Does what is due.
  void tick() {
    Ledger.Standing standing = ledger.standing();
    if (!standing.mayAct()) {
      acting = acting && standing.leading() && standing.term() == leadTerm;
      return;
    }
    wake(standing);
    if (!acting) {
      return;
    }
    long now = clock.nanos();
    if (now - nextSecondNanos >= 0) {
      nextSecondNanos = now + SECOND;
      forgetRemoved(now);
      watchSilence(now);
      order.tick(now);
    }
    proposer.flush(leadTerm);
    place();
  }

  private void wake(Ledger.Standing standing) {
    if (standing.mayAct() && standing.term() != leadTerm) {
      begin(standing.term());
    }
  }

  private void begin(long term) {
    leadTerm = term;
    acting = false;
    members.clear();
    refused.clear();
    detector.begin(clock.nanos());
    leases.begin(clock.nanos());
    proposer.begin();
    order.begin();
    proposer.lead(
        term,
        settings.node(),
        () -> {
          acting = true;
          members.forEach(this::register);
          List.copyOf(members.keySet()).forEach(this::settle);
        },
        () -> leadTerm = leadTerm == term ? -1 : leadTerm);
  }

  /// Something came from a node.
  void heard(NodeId from, Role role) {
    wake(ledger.standing());
    if (members.size() < MEMBERS_MAX || members.containsKey(from)) {
      members.computeIfAbsent(from, x -> new Member(role));
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
    for (NodeId id : ledger.read(state -> List.copyOf(state.nodes().keySet()))) {
      Long agoMillis = witness.heardMillisAgo().get(id.value());
      if (agoMillis != null) {
        detector.witnessed(id, now - TimeUnit.MILLISECONDS.toNanos(Math.max(0, agoMillis)));
      }
    }
  }

  /// Nodes that were taken out of the ledger and are silent make room for others.
  private void forgetRemoved(long now) {
    Set<NodeId> known = ledger.read(state -> Set.copyOf(state.nodes().keySet()));
    Set<NodeId> removed = new HashSet<>(members.keySet());
    removed.removeIf(
        id -> known.contains(id) || detector.silence(id, now).compareTo(REMOVED_KEPT) < 0);
    members.keySet().removeAll(removed);
    removed.forEach(detector::forget);
  }

  /// A node says who it is.
  void hello(NodeId from, Message.Hello hello) {
    Member member = members.get(from);
    if (member != null && member.take(hello) && acts()) {
      register(from, member);
    }
  }

  /// Writes down what a node said of itself if the ledger has it otherwise. Only when it has just
  /// said so: what it said before it was removed, or before someone said that its machine is gone,
  /// says nothing about now.
  private void register(NodeId id, Member member) {
    if (member.hello().isEmpty()) {
      return;
    }
    boolean known =
        ledger.read(state -> member.isWritten(Optional.ofNullable(state.nodes().get(id))));
    if (!known) {
      proposer.register(leadTerm, id, member.role, member.hello().get());
    }
  }

  /// A node says how it is and what runs there.
  void report(NodeId from, Message.Report report) {
    Member member = members.get(from);
    boolean meant = report.to().term() == leadTerm;
    if (meant && member != null && member.take(report) && acts()) {
      reconcile(from, member);
      proposer.flush(leadTerm);
    }
  }

  private void reconcile(NodeId id, Member member) {
    Optional<Message.Report> report = member.report();
    if (report.isEmpty()) {
      return;
    }
    Reconciler.Result result =
        ledger.read(
            state ->
                reconciler.reconcile(
                    state, id, report.get().attempts(), report.get().whole(), refused));
    // Only what was committed is refused if it is still lost then: while the offer is on its way
    // the attempt must not be told to end.
    List<AttemptId> offers = List.copyOf(result.offered);
    Runnable then =
        () -> {
          offers.stream().filter(offer -> !live(offer)).forEach(refused::add);
          while (refused.size() > REFUSED_MAX) {
            refused.removeFirst();
          }
          settle(id);
        };
    result.steps.forEach(step -> propose(step, then));
    if (result.hasOrders()) {
      Fence fence = new Fence(ledger.read(ClusterState::epoch), leadTerm);
      route.send(
          id, new Message.Orders(fence, result.start, result.stop, result.settled), node.voters());
    }
  }

  private void propose(Command.Step step, Runnable then) {
    if (!(step instanceof Command.Step.Lost)) {
      proposer.step(step, then);
      return;
    }
    leases.giveUp(step.attempt());
    proposer.step(
        step,
        () -> {
          leases.certain(step.attempt());
          then.run();
        });
  }

  private boolean live(AttemptId id) {
    return attempt(id).filter(Attempt::live).isPresent();
  }

  private Optional<Attempt> attempt(AttemptId id) {
    return ledger.read(state -> state.task(id.task()).flatMap(task -> task.attempt(id.number())));
  }

  /// What a node reported is committed: it may forget it.
  private void settle(NodeId id) {
    Member member = members.get(id);
    if (member != null && acts()) {
      reconcile(id, member);
    }
  }

  /// An exclusive attempt asks to start or go on.
  void leaseAsked(NodeId from, Message.LeaseAsk ask) {
    if (!acts()) {
      return;
    }
    Optional<Attempt> attempt = attempt(ask.attempt());
    boolean granted =
        attempt.isPresent()
            && attempt.get().live()
            && attempt.get().stopReason().isEmpty()
            && attempt.get().node().equals(from)
            && !leases.givenUp(ask.attempt())
            && !proposer.isPending(ask.attempt());
    if (granted) {
      leases.granted(ask.attempt(), clock.nanos());
      Fence fence = new Fence(ledger.read(ClusterState::epoch), leadTerm);
      route.send(
          from, new Message.LeaseGrant(fence, ask.attempt(), ask.askedBootNanos()), node.voters());
    }
  }

  /// Silence of a node for the job's `lost_after` lets another attempt be placed; an exclusive one
  /// is given up then, once its lease must have run out.
  private void watchSilence(long now) {
    List<Command.Step> steps = ledger.read(state -> Silence.steps(state, detector, leases, now));
    steps.forEach(step -> propose(step, () -> {}));
  }

  private void place() {
    if (proposer.placing()) {
      return;
    }
    Command.Place place =
        ledger.read(
            state -> Placer.plan(state, leadTerm, this::mayTake, members, clock.wallMillis()));
    if (!place.placings().isEmpty()) {
      Set<NodeId> nodes = new HashSet<>();
      place.placings().forEach(placing -> nodes.add(placing.node()));
      proposer.place(place, () -> nodes.forEach(this::settle));
    }
  }

  /// Whether a node may be given work: heard by this leader, and all that runs there is known.
  boolean mayTake(NodeId id) {
    Member member = members.get(id);
    return member != null
        && member.wholeReport()
        && detector.judge(id, clock.nanos()) instanceof FailureDetector.Verdict.Up;
  }
}
