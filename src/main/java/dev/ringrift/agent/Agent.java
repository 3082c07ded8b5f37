package dev.ringrift.agent;

import dev.ringrift.agent.data.Depot;
import dev.ringrift.agent.port.Clock;
import dev.ringrift.agent.port.FenceStore;
import dev.ringrift.agent.port.Keeper;
import dev.ringrift.agent.port.Ledger;
import dev.ringrift.agent.port.Network;
import dev.ringrift.agent.port.Telemetry;
import dev.ringrift.agent.view.DataView;
import dev.ringrift.agent.view.Health;
import dev.ringrift.agent.view.NodeView;
import dev.ringrift.agent.view.Status;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.Role;
import dev.ringrift.core.data.ObjectId;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// One node of the cluster: takes what happens to it, one event at a time, and acts through its
/// ports. It has no thread and no clock of its own, so that the same class runs in a process and in
/// the simulation.
///
/// `handle` and `tick` belong to one loop; the methods of `NodeView` may be called by any thread.
public final class Agent implements NodeView, DataView {
  /// How often `tick` is to be called at least.
  public static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final AgentSettings settings;
  private final Network network;
  private final Route route;
  private final NodeDesk node;
  private final Optional<VoterDesk> voter;
  private final Optional<LeaderDesk> leader;
  private final DataDesk data;
  private final Optional<DataLeader> dataLeader;
  private final Consumer<Event> inbox;
  private final Outlook outlook;

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
      Depot depot,
      Consumer<Event> inbox) {
    this.settings = settings;
    this.inbox = inbox;
    this.network = network;
    route =
        new Route(
            settings.node(),
            network,
            (from, message) -> inbox.accept(new Event.MessageCame(from, settings.role(), message)));
    node = new NodeDesk(settings, clock, network, keeper, telemetry, fences, depot, route);
    voter = ledger.map(l -> new VoterDesk(settings, clock, l, node, route));
    leader = ledger.map(l -> new LeaderDesk(settings, clock, l, route, node, inbox));
    data = new DataDesk(settings, clock, depot, node, route);
    dataLeader =
        leader.map(
            desk ->
                new DataLeader(
                    clock, ledger.orElseThrow(), desk, route, node, desk.roster()::mayTake));
    outlook =
        new Outlook(
            settings,
            clock,
            node,
            dataLeader.map(
                files -> new Outlook.Voter(ledger.orElseThrow(), leader.orElseThrow(), files)));
  }

  /// Does what is due. To be called at least every `TICK_NANOS`.
  public void tick() {
    voter.ifPresent(VoterDesk::tick);
    leader.ifPresent(LeaderDesk::tick);
    dataLeader.ifPresent(DataLeader::tick);
    node.tick();
    data.tick();
    outlook.tick();
  }

  /// Takes one event.
  public void handle(Event event) {
    switch (event) {
      case Event.MessageCame came -> {
        if (admitted(came.from(), came.role(), came.message(), came.from())) {
          message(came.from(), came.role(), came.message());
        }
      }
      case Event.LinkUp up -> {
        outlook.reached(up.peer());
        node.linkUp(up.peer());
      }
      case Event.LinkDown down -> leader.ifPresent(desk -> desk.roster().linkDown(down.peer()));
      case Event.DialFailed failed -> outlook.unreachable(failed.peer(), failed.reasons());
      case Event.KeeperReported reported ->
          node.keeperReported(reported.attempts(), reported.whole());
      case Event.Answered answered -> answered.then().run();
    }
  }

  private void message(NodeId from, Role role, Message message) {
    boolean fromVoter = role == Role.VOTER;
    switch (message) {
      case Message.Beat beat -> {
        toLeader(from, role, desk -> desk.roster().beat(from, beat));
        voter.ifPresent(desk -> desk.beat(from, beat));
      }
      case Message.Hello hello -> toLeader(from, role, desk -> desk.hello(from, hello));
      case Message.Report report -> toLeader(from, role, desk -> desk.report(from, report));
      case Message.DataReport report -> {
        toLeader(from, role, desk -> {});
        dataLeader.ifPresent(desk -> desk.report(from, report));
      }
      case Message.DataOrders orders -> {
        if (fromVoter) {
          data.ordered(from, orders);
        }
      }
      case Message.LeaseAsk ask -> toLeader(from, role, desk -> desk.leaseAsked(from, ask));
      case Message.Refused refused -> {}
      case Message.Rival rival -> {
        if (fromVoter) {
          node.rivalled(rival);
        }
      }
      case Message.Witness witness -> {
        if (fromVoter) {
          leader.ifPresent(desk -> desk.roster().witnessed(witness));
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
    Role role = node.voters().contains(relay.from()) ? Role.VOTER : Role.WORKER;
    if (admitted(relay.from(), role, relay.body(), sender)) {
      route.cameThrough(relay.from(), sender);
      message(relay.from(), role, relay.body());
    }
  }

  /// Whether the leader listens to who said it; an agent that has another's name is told.
  ///
  /// @param sender by whose link it came
  private boolean admitted(NodeId from, Role role, Message message, NodeId sender) {
    Optional<String> instance = instance(message);
    if (leader.isEmpty() || instance.isEmpty()) {
      return true;
    }
    OptionalLong pid =
        message instanceof Message.Hello hello
            ? OptionalLong.of(hello.pid())
            : OptionalLong.empty();
    Roster.Admission admission = leader.get().admits(from, role, instance.get(), pid);
    if (admission == Roster.Admission.RIVAL) {
      // By the way that it came: the other agent has a way of its own.
      Message rival = new Message.Rival(instance.get());
      network.send(
          sender, sender.equals(from) ? rival : new Message.Relay(settings.node(), from, rival));
    } else if (admission == Roster.Admission.NOT_YET && message instanceof Message.Beat beat) {
      voter.ifPresent(desk -> desk.beat(from, beat)); // the answer says whom it has to greet
    }
    return admission == Roster.Admission.LISTENED_TO;
  }

  private static Optional<String> instance(Message message) {
    return switch (message) {
      case Message.Beat beat -> Optional.of(beat.instance());
      case Message.Hello hello -> Optional.of(hello.instance());
      case Message.Report report -> Optional.of(report.instance());
      case Message.DataReport report -> Optional.of(report.instance());
      default -> Optional.empty();
    };
  }

  /// Where the voters can be dialled, as far as this node knows.
  public Map<NodeId, List<String>> voterAddresses() {
    return outlook.voterAddresses();
  }

  @Override
  public Health health() {
    return outlook.health();
  }

  @Override
  public Status status() {
    return outlook.status();
  }

  @Override
  public Map<NodeId, OnNode> files() {
    return outlook.files();
  }

  @Override
  public void giveUp(Collection<ObjectId> ids) {
    List<ObjectId> copy = List.copyOf(ids);
    inbox.accept(new Event.Answered(() -> dataLeader.ifPresent(desk -> desk.giveUp(copy))));
  }

  @Override
  public Optional<NodeId> leader() {
    return outlook.leader();
  }

  @Override
  public List<NodeId> voters() {
    return outlook.voters();
  }
}
