package dev.ringrift.sim;

import dev.ringrift.agent.Agent;
import dev.ringrift.agent.AgentSettings;
import dev.ringrift.agent.AttemptReport;
import dev.ringrift.agent.Event;
import dev.ringrift.agent.Message;
import dev.ringrift.agent.data.Depot;
import dev.ringrift.core.Fence;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.Role;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The product's agent as the program of a simulated host.
final class AgentProgram implements NodeProgram {
  static final Duration TAKEOVER_DELAY = Duration.ofSeconds(10);
  private static final Duration STOP_GRACE = Duration.ofSeconds(2);
  private static final long INBOX_NANOS_MAX = 300 * SimWorld.MICROS;

  private final AgentProcess process;
  private final Tampering tampering;
  private final Agent agent;
  private Optional<Fence> orderedUnder = Optional.empty();

  AgentProgram(SimHost host, AgentProcess process, Tampering.Maker maker, Obeyed obeyed) {
    this.process = process;
    this.tampering = maker.of(process);
    tampering.ledger(process.port()).ifPresent(process::see);
    agent =
        new Agent(
            settings(host, process),
            tampering.clock(host.clock),
            host.network,
            process.port(),
            tampering.keeper(
                host.keeper.port(
                    process,
                    attempt -> orderedUnder.ifPresent(f -> obeyed.obeyed(host, f, attempt)))),
            new SimTelemetry(host.capacity),
            tampering.fences(host.disk.fences()),
            Depot.NONE,
            this::inbox);
  }

  private static AgentSettings settings(SimHost host, AgentProcess process) {
    Map<NodeId, List<String>> voters = new TreeMap<>();
    for (SimHost other : host.world.hosts.values()) {
      if (other.voter()) {
        voters.put(other.id, List.of("ws://" + other.id + ":8770"));
      }
    }
    return new AgentSettings(
        host.id,
        host.role,
        "%s-%d".formatted(host.id, process.incarnation),
        voters.getOrDefault(host.id, List.of()),
        "",
        "0.1.0",
        process.known.newest(),
        1_000 + process.incarnation,
        voters,
        TAKEOVER_DELAY,
        STOP_GRACE);
  }

  private void inbox(Event event) {
    process.after(
        process.dice().nextLong(INBOX_NANOS_MAX),
        "inbox",
        () -> {
          if (event instanceof Event.MessageCame came) {
            messageCame(came.from(), came.role(), came.message());
          } else {
            handle(event);
          }
        });
  }

  private void handle(Event event) {
    tampering.before(event);
    agent.handle(event);
  }

  @Override
  public void messageCame(NodeId from, Role role, Message message) {
    orderedUnder = fence(message);
    handle(new Event.MessageCame(from, role, tampering.heard(from, message)));
    orderedUnder = Optional.empty();
  }

  private static Optional<Fence> fence(Message message) {
    return switch (message) {
      case Message.Orders orders -> Optional.of(orders.fence());
      case Message.DataOrders orders -> Optional.of(orders.fence());
      case Message.LeaseGrant grant -> Optional.of(grant.fence());
      case Message.Relay relay -> fence(relay.body());
      case Message.Hello _,
          Message.Beat _,
          Message.BeatAck _,
          Message.Report _,
          Message.DataReport _,
          Message.Witness _,
          Message.LeaseAsk _,
          Message.Refused _,
          Message.Rival _ ->
          Optional.empty();
    };
  }

  @Override
  public void linkUp(NodeId peer, Role role) {
    handle(new Event.LinkUp(peer, role));
  }

  @Override
  public void linkDown(NodeId peer, String reason) {
    handle(new Event.LinkDown(peer, reason));
  }

  @Override
  public void keeperReported(List<AttemptReport> attempts, boolean whole) {
    handle(new Event.KeeperReported(attempts, whole));
  }

  @Override
  public void tick() {
    tampering.tick();
    agent.tick();
  }

  /// Hears that an order was carried out.
  @FunctionalInterface
  interface Obeyed {
    void obeyed(SimHost host, Fence fence, Object what);
  }
}
