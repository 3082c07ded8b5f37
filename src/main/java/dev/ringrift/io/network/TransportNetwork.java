package dev.ringrift.io.network;

import dev.ringrift.agent.Event;
import dev.ringrift.agent.Message;
import dev.ringrift.agent.port.Network;
import dev.ringrift.agent.port.Transport;
import dev.ringrift.core.NodeId;
import dev.ringrift.io.json.Json;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Carries agents' messages as JSON on the channel `agent` of links, and tells the agent of links.
/// Thread-safe.
public final class TransportNetwork implements Network {
  private static final Logger LOG = LoggerFactory.getLogger(TransportNetwork.class);
  private static final String CHANNEL = "agent";

  private final Transport transport;
  private final Set<NodeId> complained = ConcurrentHashMap.newKeySet();

  /// @param inbox takes what happens; to be made before the first link opens
  public TransportNetwork(Transport transport, Consumer<Event> inbox) {
    this.transport = transport;
    transport.serve(
        CHANNEL,
        (peer, body) -> {
          Message message = Json.read(body, Message.class);
          inbox.accept(new Event.MessageCame(peer.node(), peer.role(), message));
          return new byte[0];
        });
    transport.watch(
        new Transport.Watcher() {
          @Override
          public void linkUp(Transport.Peer peer) {
            LOG.info("link to {} is up", peer.node());
            complained.remove(peer.node());
            inbox.accept(new Event.LinkUp(peer.node(), peer.role()));
          }

          @Override
          public void linkDown(NodeId peer, String reason) {
            LOG.info("link to {} is down: {}", peer, reason);
            inbox.accept(new Event.LinkDown(peer, reason));
          }

          @Override
          public void dialFailed(NodeId peer, List<String> reasons) {
            if (complained.add(peer)) {
              LOG.warn(
                  "cannot reach {}, goes on trying:\n  {}", peer, String.join("\n  ", reasons));
            }
            inbox.accept(new Event.DialFailed(peer, reasons));
          }
        });
  }

  @Override
  public void send(NodeId to, Message message) {
    transport.send(to, CHANNEL, Json.bytes(message));
  }

  @Override
  public void dial(NodeId peer, List<String> addresses) {
    transport.dial(peer, addresses);
  }

  @Override
  public void hangUp(NodeId peer) {
    transport.hangUp(peer);
  }

  @Override
  public Set<NodeId> connected() {
    return transport.connected();
  }
}
