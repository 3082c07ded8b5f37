package dev.ringrift.agent;

import dev.ringrift.agent.port.Network;
import dev.ringrift.core.NodeId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/// Finds the way to a node: itself, its link, or a voter that hands on. Used on the agent's loop.
final class Route {
  private static final int WAYS_MAX = 2_000;

  private final NodeId self;
  private final Network network;
  private final BiConsumer<NodeId, Message> toSelf;
  private final Map<NodeId, NodeId> ways =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<NodeId, NodeId> eldest) {
          return size() > WAYS_MAX;
        }
      };

  /// @param toSelf takes what this node says to itself
  Route(NodeId self, Network network, BiConsumer<NodeId, Message> toSelf) {
    this.self = self;
    this.network = network;
    this.toSelf = toSelf;
  }

  /// Remembers that messages of `node` came through `voter`.
  void cameThrough(NodeId node, NodeId voter) {
    ways.put(node, voter);
  }

  /// Sends by the best way there is, or not at all.
  ///
  /// @param voters who may hand it on
  void send(NodeId to, Message message, Iterable<NodeId> voters) {
    if (to.equals(self)) {
      toSelf.accept(self, message);
      return;
    }
    Set<NodeId> connected = network.connected();
    if (connected.contains(to)) {
      network.send(to, message);
      return;
    }
    Message relay = new Message.Relay(self, to, message);
    NodeId known = ways.get(to);
    if (known != null && connected.contains(known)) {
      network.send(known, relay);
      return;
    }
    for (NodeId voter : voters) {
      if (!voter.equals(self) && connected.contains(voter)) {
        network.send(voter, relay);
        return;
      }
    }
  }
}
