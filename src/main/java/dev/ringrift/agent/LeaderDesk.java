package dev.ringrift.agent;

import dev.ringrift.agent.data.Collected;
import dev.ringrift.agent.port.Clock;
import dev.ringrift.agent.port.Ledger;
import dev.ringrift.core.Fence;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.Role;
import dev.ringrift.core.jobs.Attempt;
import dev.ringrift.core.jobs.AttemptId;
import dev.ringrift.core.jobs.AttemptState;
import dev.ringrift.core.ledger.ClusterState;
import dev.ringrift.core.ledger.Command;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/// What the leader does: commits what nodes report, places what waits, sends orders. What it
/// remembers of nodes is its `Roster`.
///
/// It acts only while the ledger says that its authority is fresh, and only after its own `Lead`
/// has been applied, so that it knows all that its predecessors committed.
///
/// Used on the agent's loop.
final class LeaderDesk {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final int REFUSED_MAX = 10_000;

  private final AgentSettings settings;
  private final Clock clock;
  private final Ledger ledger;
  private final Route route;
  private final NodeDesk node;
  private final Proposer proposer;
  private final Reconciler reconciler;
  private final Roster roster;
  private final Leases leases;
  private final Order order;
  private Function<NodeId, Map<AttemptId, Collected>> collected = id -> Map.of();
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
    reconciler = new Reconciler();
    roster = new Roster(clock, ledger, proposer);
    leases = new Leases();
    order =
        new Order(
            settings,
            ledger,
            new Retiming(settings.node(), clock, ledger, node.roundTrips(), inbox),
            inbox);
    nextSecondNanos = clock.nanos();
  }

  /// Whether this node acts as the leader now.
  boolean acts() {
    return acting && ledger.standing().mayAct() && ledger.standing().term() == leadTerm;
  }

  /// From where it is known what nodes have kept of ended attempts.
  void collectedBy(Function<NodeId, Map<AttemptId, Collected>> source) {
    collected = source;
  }

  /// The fence of this leader's orders.
  Fence fence() {
    return new Fence(ledger.read(ClusterState::epoch), leadTerm);
  }

  /// What it remembers of the nodes.
  Roster roster() {
    return roster;
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
      roster.forgetRemoved(now);
      watchSilence(now);
      order.tick(now);
      raiseVersion();
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
    roster.begin();
    refused.clear();
    leases.begin(clock.nanos());
    proposer.begin();
    order.begin();
    proposer.lead(
        term,
        settings.node(),
        () -> {
          acting = true;
          roster.registerAll(leadTerm);
          List.copyOf(roster.members().keySet()).forEach(this::settle);
        },
        () -> leadTerm = leadTerm == term ? -1 : leadTerm);
  }

  /// Whether that agent is listened to as the node that it says it is.
  Roster.Admission admits(NodeId from, Role role, String instance, OptionalLong pid) {
    Ledger.Standing standing = ledger.standing();
    wake(standing);
    return standing.leading()
        ? roster.admits(from, role, instance, pid)
        : Roster.Admission.LISTENED_TO;
  }

  /// Something came from a node.
  void heard(NodeId from, Role role) {
    wake(ledger.standing());
    roster.heard(from, role);
  }

  /// New kinds of commands may be used once every voter reads them.
  private void raiseVersion() {
    int agreed = Math.min(ledger.read(ClusterState::agreedVersion), settings.commands());
    if (agreed > ledger.read(ClusterState::version)) {
      proposer.raiseVersion(agreed);
    }
  }

  /// A node says who it is.
  void hello(NodeId from, Message.Hello hello) {
    Optional<Member> member = roster.member(from).filter(known -> known.take(hello));
    if (member.isPresent() && acts()) {
      roster.register(leadTerm, from, member.get());
    }
  }

  /// A node says how it is and what runs there.
  void report(NodeId from, Message.Report report) {
    if (report.to().term() != leadTerm) {
      return;
    }
    Optional<Member> member = roster.member(from).filter(known -> known.take(report));
    if (member.isPresent() && acts()) {
      reconcile(from, member.get());
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
                    state,
                    id,
                    report.get().attempts(),
                    report.get().whole(),
                    refused,
                    collected.apply(id),
                    leases.now(state.longestLease(), clock.nanos())));
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
    if (!result.collect.isEmpty()) {
      route.send(
          id,
          new Message.DataOrders(fence(), false, List.of(), List.of(), result.collect, List.of()),
          node.voters());
    }
    if (result.hasOrders()) {
      route.send(
          id,
          new Message.Orders(fence(), result.start, result.renew, result.stop, result.settled),
          node.voters());
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
  void settle(NodeId id) {
    roster.member(id).filter(member -> acts()).ifPresent(member -> reconcile(id, member));
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
            && !forgotten(from, ask.attempt(), attempt.get())
            && !leases.givenUp(ask.attempt())
            && !proposer.isPending(ask.attempt());
    if (granted) {
      leases.granted(ask.attempt(), clock.nanos());
      route.send(
          from,
          new Message.LeaseGrant(fence(), ask.attempt(), ask.askedBootNanos()),
          node.voters());
    }
  }

  /// Whether an attempt that ran on a node is none that its keeper knows: a lease would then bind
  /// nobody, and only put off that the attempt is held for lost.
  private boolean forgotten(NodeId node, AttemptId id, Attempt known) {
    return known.state() == AttemptState.RUNNING
        && roster
            .member(node)
            .flatMap(Member::report)
            .filter(Message.Report::whole)
            .filter(all -> all.attempts().stream().noneMatch(one -> one.attempt().equals(id)))
            .isPresent();
  }

  /// Silence of a node for the job's `lost_after` lets another attempt be placed; an exclusive one
  /// is given up then, once its lease must have run out.
  private void watchSilence(long now) {
    List<Command.Step> steps =
        ledger.read(state -> Silence.steps(state, roster.detector(), leases, now));
    steps.forEach(step -> propose(step, () -> {}));
  }

  private void place() {
    if (proposer.placing()) {
      return;
    }
    Command.Place place =
        ledger.read(
            state ->
                Placer.plan(
                    state, leadTerm, roster::mayStart, roster.members(), clock.wallMillis()));
    if (!place.placings().isEmpty()) {
      Set<NodeId> nodes = new HashSet<>();
      for (Command.Placing placing : place.placings()) {
        nodes.add(placing.node());
        leases.placed(placing.attempt());
      }
      proposer.place(place, () -> nodes.forEach(this::settle));
    }
  }
}
