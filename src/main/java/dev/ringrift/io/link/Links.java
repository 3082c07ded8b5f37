package dev.ringrift.io.link;

import dev.ringrift.agent.port.Transport.Peer;
import dev.ringrift.agent.port.Transport.Watcher;
import dev.ringrift.core.NodeId;
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
final class Links {
  /// Most links at once, those in their handshake included.
  static final int LINKS_MAX = 4096;

  private final List<Watcher> watchers = new CopyOnWriteArrayList<>();
  private final Map<NodeId, ArrayDeque<Link>> open = new HashMap<>();
  private final Set<Link> all = new HashSet<>();
  private final Consumer<NodeId> unlinked;

  /// @param unlinked told when the last link to a peer is gone
  Links(Consumer<NodeId> unlinked) {
    this.unlinked = unlinked;
  }

  void watch(Watcher watcher) {
    watchers.add(watcher);
  }

  /// Takes a link that begins; false when there are too many.
  synchronized boolean begin(Link link) {
    return all.size() < LINKS_MAX && all.add(link);
  }

  /// Whether another link, which is open, says that it is the same node with another key.
  synchronized boolean contradicts(Link link, Peer peer) {
    ArrayDeque<Link> others = open.get(peer.node());
    return others != null
        && others.stream().anyMatch(other -> other != link && !other.key().equals(link.key()));
  }

  synchronized void opened(Link link, Peer peer) {
    if (!all.contains(link)) {
      return;
    }
    ArrayDeque<Link> links = open.computeIfAbsent(peer.node(), node -> new ArrayDeque<>());
    links.addLast(link);
    if (links.size() == 1) {
      watchers.forEach(watcher -> watcher.linkUp(peer));
    }
  }

  void closed(Link link, String reason) {
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
