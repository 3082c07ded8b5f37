package dev.ringrift.sim;

import dev.ringrift.agent.AttemptReport;
import dev.ringrift.agent.Message;
import dev.ringrift.agent.port.Network;
import dev.ringrift.core.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/// The links of one host. Voters can be dialled; nobody can dial a worker, which sits behind NAT.
final class SimNetwork implements Network {
  private static final long REDIAL_NANOS = 200 * SimWorld.MILLIS;
  private static final long REDIAL_NANOS_MAX = 5 * SimWorld.SECONDS;

  private final Fabric fabric;
  private final SimHost host;
  private final Map<NodeId, Long> dialled = new TreeMap<>();
  private final Map<NodeId, List<SimLink>> links = new TreeMap<>();
  private final Map<NodeId, List<AttemptReport>> reported = new TreeMap<>();
  private long dials;

  SimNetwork(Fabric fabric, SimHost host) {
    this.fabric = fabric;
    this.host = host;
  }

  @Override
  public void send(NodeId to, Message message) {
    List<SimLink> open = links.get(to);
    if (open != null && !open.isEmpty()) {
      open.getLast().send(host, message);
    }
  }

  @Override
  public void dial(NodeId peer, List<String> addresses) {
    if (peer.equals(host.id) || !fabric.world.hosts.containsKey(peer)) {
      return;
    }
    if (!dialled.containsKey(peer)) {
      long ticket = ++dials;
      dialled.put(peer, ticket);
      attempt(peer, ticket, REDIAL_NANOS);
    }
  }

  @Override
  public void hangUp(NodeId peer) {
    dialled.remove(peer);
    for (SimLink link : List.copyOf(links.getOrDefault(peer, List.of()))) {
      if (link.dialler == host) {
        link.close(host, "hung up");
      }
    }
  }

  @Override
  public Set<NodeId> connected() {
    return new TreeSet<>(links.keySet());
  }

  /// The process ended: its sockets close, and what it wanted is forgotten.
  void processEnded() {
    dialled.clear();
    for (List<SimLink> some : List.copyOf(links.values())) {
      List.copyOf(some).forEach(link -> link.close(host, "the process ended"));
    }
  }

  /// The power went: nobody is told.
  void powerOff() {
    processEnded();
  }

  void opened(SimLink link, SimHost peer) {
    List<SimLink> some = links.computeIfAbsent(peer.id, _ -> new ArrayList<>());
    some.add(link);
    if (some.size() == 1) {
      fabric.world.note("%s link up to %s", host, peer);
      tell(program -> program.linkUp(peer.id, peer.role));
    }
  }

  void closed(SimLink link, SimHost peer, String reason) {
    List<SimLink> some = links.get(peer.id);
    if (some == null || !some.remove(link)) {
      return;
    }
    if (some.isEmpty()) {
      links.remove(peer.id);
      fabric.world.note("%s link down to %s: %s", host, peer, reason);
      tell(program -> program.linkDown(peer.id, reason));
    }
    Long ticket = dialled.get(peer.id);
    if (link.dialler == host && ticket != null) {
      later(peer.id, ticket, REDIAL_NANOS);
    }
  }

  void arrived(SimHost peer, Message message) {
    tellStory(peer, message);
    tell(program -> program.messageCame(peer.id, peer.role, message));
  }

  /// Notes what changes something, and not what is said every second.
  private void tellStory(SimHost peer, Message message) {
    boolean news =
        switch (message) {
          case Message.Beat _,
              Message.BeatAck _,
              Message.Hello _,
              Message.Witness _,
              Message.DataReport _ ->
              false;
          case Message.Report report -> !report.attempts().equals(reported.get(peer.id));
          case Message.Relay relay ->
              relay.body() instanceof Message.Orders || relay.body() instanceof Message.LeaseGrant;
          case Message.Orders _,
              Message.DataOrders _,
              Message.LeaseAsk _,
              Message.LeaseGrant _,
              Message.Refused _,
              Message.Rival _ ->
              true;
        };
    if (message instanceof Message.Report report) {
      reported.put(peer.id, report.attempts());
    }
    if (news) {
      fabric.world.note("%s hears from %s: %s", host, peer, message);
    }
  }

  private void tell(Consumer<NodeProgram> event) {
    host.process().ifPresent(process -> process.tell(event));
  }

  private void attempt(NodeId peer, long ticket, long pauseNanos) {
    SimHost other = fabric.world.host(peer);
    int incarnation = host.process().map(p -> p.incarnation).orElse(0);
    host.after(
        2 * fabric.delay(host, other),
        "dial",
        () -> {
          boolean wanted =
              dialled.getOrDefault(peer, 0L) == ticket
                  && host.process().map(p -> p.incarnation).orElse(-1) == incarnation;
          if (!wanted || hasDialled(peer)) {
            return;
          }
          boolean works =
              other.voter()
                  && fabric.bothWays(host, other)
                  && other.answers()
                  && other.process().isPresent()
                  && !fabric.lost();
          if (works) {
            new SimLink(fabric, host, other).open();
          } else {
            later(peer, ticket, Math.min(2 * pauseNanos, REDIAL_NANOS_MAX));
          }
        });
  }

  private void later(NodeId peer, long ticket, long pauseNanos) {
    long wait = pauseNanos / 2 + fabric.dice.nextLong(pauseNanos);
    host.after(
        wait,
        "redial",
        () -> {
          if (dialled.getOrDefault(peer, 0L) == ticket) {
            attempt(peer, ticket, pauseNanos);
          }
        });
  }

  private boolean hasDialled(NodeId peer) {
    return links.getOrDefault(peer, List.of()).stream().anyMatch(link -> link.dialler == host);
  }
}
