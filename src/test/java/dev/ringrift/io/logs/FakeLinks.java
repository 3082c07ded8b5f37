package dev.ringrift.io.logs;

import dev.ringrift.agent.port.Transport;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.Role;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/// Links between nodes of one test, all in memory.
final class FakeLinks {
  private final Map<NodeId, Node> nodes = new ConcurrentHashMap<>();
  final Set<NodeId> cut = ConcurrentHashMap.newKeySet();

  Transport node(NodeId id, Role role) {
    return nodes.computeIfAbsent(id, each -> new Node(new Transport.Peer(each, role)));
  }

  private final class Node implements Transport {
    private final Peer self;
    private final Map<String, Handler> handlers = new ConcurrentHashMap<>();

    Node(Peer self) {
      this.self = self;
    }

    @Override
    public void dial(NodeId peer, List<String> addresses) {}

    @Override
    public void hangUp(NodeId peer) {}

    @Override
    public Set<NodeId> connected() {
      return nodes.keySet().stream()
          .filter(peer -> !peer.equals(self.node()) && !cut.contains(peer))
          .collect(Collectors.toSet());
    }

    @Override
    public void send(NodeId peer, String channel, byte[] body) {}

    @Override
    public CompletableFuture<byte[]> request(
        NodeId peer, String channel, byte[] body, Duration deadline) {
      Node other = nodes.get(peer);
      if (other == null || cut.contains(peer)) {
        return CompletableFuture.failedFuture(new TransportException("no link to " + peer));
      }
      try {
        return CompletableFuture.completedFuture(other.handlers.get(channel).handle(self, body));
      } catch (Exception e) {
        return CompletableFuture.failedFuture(new TransportException(e.getMessage()));
      }
    }

    @Override
    public void serve(String channel, Handler handler) {
      handlers.put(channel, handler);
    }

    @Override
    public void watch(Watcher watcher) {}
  }
}
