package dev.ringrift.agent;

import dev.ringrift.agent.port.Clock;
import dev.ringrift.agent.port.FenceStore;
import dev.ringrift.agent.port.Keeper;
import dev.ringrift.agent.port.Ledger;
import dev.ringrift.agent.port.Network;
import dev.ringrift.agent.port.Telemetry;
import dev.ringrift.agent.view.Health;
import dev.ringrift.agent.view.JobCounts;
import dev.ringrift.agent.view.NodeView;
import dev.ringrift.agent.view.Status;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.Role;
import dev.ringrift.core.ledger.ClusterState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// One node of the cluster: takes what happens to it, one event at a time, and acts through its
/// ports. It has no thread and no clock of its own, so that the same class runs in a process and in
/// the simulation.
///
/// `handle` and `tick` belong to one loop; the methods of `NodeView` may be called by any thread.
public final class Agent implements NodeView {
  /// How often `tick` is to be called at least.
  public static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private static final long VIEW_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
  private static final long STARTING_NANOS = TimeUnit.SECONDS.toNanos(15);

  private final AgentSettings settings;
  private final Clock clock;
  private final Network network;
  private final Optional<Ledger> ledger;
  private final Route route;
  private final NodeDesk node;
  private final Optional<VoterDesk> voter;
  private final Optional<LeaderDesk> leader;
  private final long startedNanos;
  private long nextViewNanos;
  private volatile long tickedNanos;
  private volatile Seen seen;

  /// @param ledger of a voter; empty on a worker
  /// @param inbox takes events for this agent from any thread, to be handed to `handle`
  public Agent(
      AgentSettings settings,
      Clock clock,
      Network network,
      Optional<Ledger> ledger,
      Keeper keeper,
      Telemetry telemetry,
      FenceStore fences,
      Consumer<Event> inbox) {
    this.settings = settings;
    this.clock = clock;
    this.network = network;
    this.ledger = ledger;
    route =
        new Route(
            settings.node(),
            network,
            (from, message) -> inbox.accept(new Event.MessageCame(from, settings.role(), message)));
    node = new NodeDesk(settings, clock, network, keeper, telemetry, fences, route);
    voter = ledger.map(l -> new VoterDesk(settings, clock, l, node, route));
    leader = ledger.map(l -> new LeaderDesk(settings, clock, l, route, node, inbox));
    startedNanos = clock.nanos();
    tickedNanos = startedNanos;
    nextViewNanos = startedNanos;
    seen = new Seen(Optional.empty(), 0, node.voterAddresses(), emptyStatus(), "");
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

  /// Does what is due. To be called at least every `TICK_NANOS`.
  public void tick() {
    voter.ifPresent(VoterDesk::tick);
    leader.ifPresent(LeaderDesk::tick);
    node.tick();
    long now = clock.nanos();
    tickedNanos = now;
    boolean another = ledger.isPresent() && !ledger.get().standing().leader().equals(seen.leader());
    if (another || now - nextViewNanos >= 0) {
      nextViewNanos = now + VIEW_EVERY_NANOS;
      look();
    }
  }

  /// Takes one event.
  public void handle(Event event) {
    switch (event) {
      case Event.MessageCame came -> message(came.from(), came.role(), came.message());
      case Event.LinkUp up -> node.linkUp(up.peer());
      case Event.LinkDown down -> leader.ifPresent(desk -> desk.linkDown(down.peer()));
      case Event.DialFailed failed -> {}
      case Event.KeeperReported reported ->
          node.keeperReported(reported.attempts(), reported.whole());
      case Event.Answered answered -> answered.then().run();
    }
  }

  private void message(NodeId from, Role role, Message message) {
    boolean fromVoter = role == Role.VOTER;
    switch (message) {
      case Message.Beat beat -> {
        toLeader(from, role, desk -> desk.beat(from, beat));
        voter.ifPresent(desk -> desk.beat(from, beat));
      }
      case Message.Hello hello -> toLeader(from, role, desk -> desk.hello(from, hello));
      case Message.Report report -> toLeader(from, role, desk -> desk.report(from, report));
      case Message.LeaseAsk ask -> toLeader(from, role, desk -> desk.leaseAsked(from, ask));
      case Message.Refused refused -> {}
      case Message.Witness witness -> {
        if (fromVoter) {
          leader.ifPresent(desk -> desk.witnessed(witness));
        }
      }
      case Message.BeatAck ack -> {
        if (fromVoter) {
          node.beatAcked(from, ack);
        }
      }
      case Message.Orders orders -> {
        if (fromVoter) {
          node.ordered(from, orders);
        }
      }
      case Message.LeaseGrant grant -> {
        if (fromVoter) {
          node.leaseGranted(from, grant);
        }
      }
      case Message.Relay relay -> relay(from, fromVoter, relay);
    }
  }

  private void toLeader(NodeId from, Role role, Consumer<LeaderDesk> then) {
    leader.ifPresent(
        desk -> {
          desk.heard(from, role);
          then.accept(desk);
        });
  }

  /// Only voters hand on, and only they are believed about who said it.
  private void relay(NodeId sender, boolean fromVoter, Message.Relay relay) {
    if ((!fromVoter && !relay.from().equals(sender)) || relay.body() instanceof Message.Relay) {
      return;
    }
    if (!relay.to().equals(settings.node())) {
      if (settings.role() == Role.VOTER) {
        network.send(relay.to(), relay);
      }
      return;
    }
    route.cameThrough(relay.from(), sender);
    boolean voterSays = node.voters().contains(relay.from());
    message(relay.from(), voterSays ? Role.VOTER : Role.WORKER, relay.body());
  }

  /// Where the voters can be dialled, as far as this node knows.
  public Map<NodeId, List<String>> voterAddresses() {
    return seen.voterAddresses();
  }

  private void look() {
    Optional<NodeId> leads = node.leader();
    long term = node.highestFence().term();
    Status status = seen.status();
    String doubt = "";
    if (ledger.isPresent() && leader.isPresent()) {
      Ledger.Standing standing = ledger.get().standing();
      leads = standing.leader();
      term = standing.term();
      status = status(ledger.get(), leader.get(), standing);
      if (standing.leading() && !standing.fresh()) {
        doubt = "a majority of the voters does not answer this leader";
        leads = Optional.empty();
      }
    }
    seen = new Seen(leads, term, node.voterAddresses(), status, doubt);
  }

  private Status status(Ledger from, LeaderDesk desk, Ledger.Standing standing) {
    return from.read(
        (ClusterState state) ->
            StatusBoard.status(
                state, standing, from.voters(), desk.detector(), desk.members(), clock));
  }

  @Override
  public Health health() {
    Seen now = seen;
    long uptime = clock.nanos() - startedNanos;
    long stalled = clock.nanos() - tickedNanos;
    List<String> reasons = new ArrayList<>();
    if (now.leader().isEmpty()) {
      reasons.add("no leader is known");
    }
    if (!now.doubt().isEmpty()) {
      reasons.add(now.doubt());
    }
    if (stalled > TimeUnit.SECONDS.toNanos(5)) {
      reasons.add(
          "the agent's loop has stood still for %d s"
              .formatted(TimeUnit.NANOSECONDS.toSeconds(stalled)));
    }
    Health.State state =
        reasons.isEmpty()
            ? Health.State.OK
            : uptime < STARTING_NANOS ? Health.State.STARTING : Health.State.DEGRADED;
    return new Health(
        state,
        settings.node(),
        settings.role(),
        now.leader(),
        now.term(),
        TimeUnit.NANOSECONDS.toSeconds(uptime),
        settings.version(),
        reasons);
  }

  @Override
  public Status status() {
    return seen.status();
  }

  @Override
  public Optional<NodeId> leader() {
    return seen.leader();
  }

  @Override
  public List<NodeId> voters() {
    return List.copyOf(seen.voterAddresses().keySet());
  }

  private record Seen(
      Optional<NodeId> leader,
      long term,
      Map<NodeId, List<String>> voterAddresses,
      Status status,
      String doubt) {}
}
