package dev.ringrift.io.ledger;

import dev.ringrift.agent.port.Transport;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.Role;
import dev.ringrift.core.UserError;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;

/// Links in memory. What is sent over a cut link is lost without a word, as in a partition; to a
/// node that is down there is no link. A slow disk answers late to appends that carry entries.
final class LabNetwork {
  private record Way(NodeId from, NodeId to) {}

  private final Map<NodeId, Link> links = new ConcurrentHashMap<>();
  private final Set<Way> cuts = ConcurrentHashMap.newKeySet();
  private volatile Duration disks = Duration.ZERO;

  /// A node's end; one that it had before is gone.
  Link join(NodeId node, Role role) {
    Link link = new Link(node, role);
    links.put(node, link);
    return link;
  }

  void leave(NodeId node) {
    links.remove(node);
  }

  void cut(NodeId from, NodeId to) {
    cuts.add(new Way(from, to));
  }

  void heal() {
    cuts.clear();
  }

  /// From now on it takes so long until entries are on a disk.
  void disksTake(Duration time) {
    disks = time;
  }

  private static boolean hasEntries(byte[] body) {
    try {
      Frame frame = Frame.read(body);
      return frame.kind() == Frame.Kind.APPEND
          && AppendEntriesRequestProto.parseFrom(frame.body()).getEntriesCount() > 0;
    } catch (IOException | IllegalArgumentException e) {
      return false; // a test sends something else
    }
  }

  private boolean open(NodeId from, NodeId to) {
    return !cuts.contains(new Way(from, to));
  }

  /// One node's transport.
  final class Link implements Transport {
    private final Peer self;
    private final Map<String, Handler> handlers = new ConcurrentHashMap<>();

    Link(NodeId node, Role role) {
      self = new Peer(node, role);
    }

    @Override
    public CompletableFuture<byte[]> request(
        NodeId peer, String channel, byte[] body, Duration deadline) {
      CompletableFuture<byte[]> answer = new CompletableFuture<>();
      if (links.get(self.node()) != this || !links.containsKey(peer)) {
        answer.completeExceptionally(new TransportException("no link to " + peer));
        return answer;
      }
      CompletableFuture.delayedExecutor(deadline.toNanos(), TimeUnit.NANOSECONDS)
          .execute(
              () ->
                  answer.completeExceptionally(
                      new TransportException("%s gave no answer".formatted(peer))));
      Thread.startVirtualThread(() -> carry(peer, channel, body, answer));
      return answer;
    }

    private void carry(NodeId peer, String channel, byte[] body, CompletableFuture<byte[]> answer) {
      Link to = links.get(peer);
      if (to == null || !open(self.node(), peer)) {
        return;
      }
      try {
        byte[] reply = to.handlers.get(channel).handle(self, body);
        if (open(peer, self.node()) && links.get(peer) == to) {
          long late = hasEntries(body) ? disks.toNanos() : 0;
          CompletableFuture.delayedExecutor(late, TimeUnit.NANOSECONDS)
              .execute(() -> answer.complete(reply));
        }
      } catch (UserError e) {
        answer.completeExceptionally(new TransportException(e.text()));
      } catch (Exception e) {
        answer.completeExceptionally(new TransportException("failed: " + e));
      }
    }

    @Override
    public void serve(String channel, Handler handler) {
      handlers.put(channel, handler);
    }

    @Override
    public Set<NodeId> connected() {
      Set<NodeId> others = new HashSet<>(links.keySet());
      others.remove(self.node());
      return others;
    }

    @Override
    public void send(NodeId peer, String channel, byte[] body) {
      throw new UnsupportedOperationException("the ledger only asks");
    }

    @Override
    public void dial(NodeId peer, List<String> addresses) {}

    @Override
    public void hangUp(NodeId peer) {}

    @Override
    public void watch(Watcher watcher) {}
  }
}
