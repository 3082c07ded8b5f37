package dev.ringrift.io.link;

import dev.ringrift.agent.port.Transport.Peer;
import dev.ringrift.agent.port.Transport.Watcher;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.trust.Refusal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/// The links of this node by peer, the newest last. Watchers are told under its lock, so that they
/// hear of a peer's coming and going in the right order. Thread-safe.
final class Links implements Link.Owner {
  /// Most links at once, those in their handshake included.
  static final int LINKS_MAX = 4096;

  private final List<Watcher> watchers = new CopyOnWriteArrayList<>();
  private final Map<NodeId, ArrayDeque<Link>> open = new HashMap<>();
  private final Set<Link> all = new HashSet<>();
  private final NodeId self;
  private final Consumer<NodeId> unlinked;

  /// @param self this node
  /// @param unlinked told when the last link to a peer is gone
  Links(NodeId self, Consumer<NodeId> unlinked) {
    this.self = self;
    this.unlinked = unlinked;
  }

  void watch(Watcher watcher) {
    watchers.add(watcher);
  }

  /// Takes a link that begins; false when there are too many.
  synchronized boolean begin(Link link) {
    return all.size() < LINKS_MAX && all.add(link);
  }

  @Override
  public Optional<String> objection(Link link, Peer peer) {
    Optional<Link.Target> dialled = link.target();
    Optional<NodeId> wanted = dialled.flatMap(Link.Target::node);
    if (wanted.isPresent() && !wanted.get().equals(peer.node())) {
      return wrongNode(
          "%s reaches node %s, not %s"
              .formatted(dialled.get().address(), peer.node(), wanted.get()));
    }
    // Said by the side that dialled: it knows the address.
    if (dialled.isPresent() && peer.node().equals(self)) {
      return wrongNode("%s reaches this node itself".formatted(dialled.get().address()));
    }
    if (contradicts(link, peer)) {
      return wrongNode("another agent with another key is here as node " + peer.node());
    }
    return Optional.empty();
  }

  private static Optional<String> wrongNode(String detail) {
    return Optional.of(Refusal.WRONG_NODE.label() + ": " + detail);
  }

  /// Whether another link, which is open, says that it is the same node with another key.
  private synchronized boolean contradicts(Link link, Peer peer) {
    ArrayDeque<Link> others = open.get(peer.node());
    return others != null
        && others.stream().anyMatch(other -> other != link && !other.key().equals(link.key()));
  }

  @Override
  public synchronized void opened(Link link, Peer peer) {
    if (!all.contains(link)) {
      return;
    }
    ArrayDeque<Link> links = open.computeIfAbsent(peer.node(), node -> new ArrayDeque<>());
    links.addLast(link);
    if (links.size() == 1) {
      watchers.forEach(watcher -> watcher.linkUp(peer));
    }
  }

  @Override
  public void closed(Link link, String reason) {
    Optional<NodeId> last;
    synchronized (this) {
      all.remove(link);
      last = link.peer().map(Peer::node).filter(node -> drop(node, link));
      last.ifPresent(node -> watchers.forEach(watcher -> watcher.linkDown(node, reason)));
    }
    last.ifPresent(unlinked);
  }

  private boolean drop(NodeId node, Link link) {
    ArrayDeque<Link> links = open.get(node);
    if (links == null || !links.remove(link) || !links.isEmpty()) {
      return false;
    }
    open.remove(node);
    return true;
  }

  /// The newest open link to a peer.
  synchronized Optional<Link> to(NodeId peer) {
    return Optional.ofNullable(open.get(peer)).map(ArrayDeque::getLast);
  }

  synchronized Set<NodeId> connected() {
    return Set.copyOf(open.keySet());
  }

  synchronized List<Link> of(NodeId peer) {
    ArrayDeque<Link> links = open.get(peer);
    return links == null ? List.of() : List.copyOf(links);
  }

  synchronized List<Link> all() {
    return new ArrayList<>(all);
  }

  void dialFailed(NodeId peer, List<String> reasons) {
    watchers.forEach(watcher -> watcher.dialFailed(peer, reasons));
  }
}
