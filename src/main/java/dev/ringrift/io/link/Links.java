package dev.ringrift.io.link;

import dev.ringrift.agent.port.Transport.Peer;
import dev.ringrift.agent.port.Transport.Watcher;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.trust.Refusal;
import java.time.Duration;
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
  private final Duration livelyMax;
  private final Consumer<NodeId> unlinked;

  /// @param self this node
  /// @param livelyMax a link of which nothing came for longer may be that of a process that ended
  /// @param unlinked told when the last link to a peer is gone
  Links(NodeId self, Duration livelyMax, Consumer<NodeId> unlinked) {
    this.self = self;
    this.livelyMax = livelyMax;
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
    return rival(link, peer)
        .flatMap(
            other ->
                wrongNode(
                    ("another agent is here as node %s already, linked from %s%s; stop one of them, or"
                            + " have this one join again with another --node-id and data folder")
                        .formatted(
                            peer.node(),
                            other.from(),
                            other.key().equals(link.key()) ? "" : ", with another key")));
  }

  private static Optional<String> wrongNode(String detail) {
    return Optional.of(Refusal.WRONG_NODE.label() + ": " + detail);
  }

  /// An open link that shows that another agent is there as the same node: by its key, or because
  /// another process of the same key lives.
  private synchronized Optional<Link> rival(Link link, Peer peer) {
    ArrayDeque<Link> others = open.getOrDefault(peer.node(), new ArrayDeque<>());
    return others.stream()
        .filter(other -> other != link)
        .filter(
            other ->
                !other.key().equals(link.key())
                    || (!other.instance().equals(link.instance())
                        && other.silence().compareTo(livelyMax) < 0))
        .findFirst();
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
