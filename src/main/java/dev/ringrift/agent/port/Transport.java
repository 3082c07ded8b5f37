package dev.ringrift.agent.port;

import dev.ringrift.core.NodeId;
import dev.ringrift.core.Role;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/// Authenticated two-way links to other nodes. Both ends of a link may send on it, whoever dialled.
/// Thread-safe; nothing here blocks.
public interface Transport {
  /// Most bytes of one message's body.
  int BODY_BYTES_MAX = 4 << 20;

  /// Keeps a link to `peer` up until `hangUp`: tries all addresses (in order, then again with a
  /// growing pause) and redials when the link drops. Calling it again replaces the addresses.
  ///
  /// @param addresses `ws://host:port` or `wss://host:port`, all tried
  void dial(NodeId peer, List<String> addresses);

  /// Ends the links to `peer` that this side dialled, and dials it no more.
  void hangUp(NodeId peer);

  /// The peers with at least one open link, whoever dialled.
  Set<NodeId> connected();

  /// Sends without an answer, in order with other one-way messages to that peer on that channel as
  /// long as one link lives. Dropped when there is no link, or when the link's queue is full.
  void send(NodeId peer, String channel, byte[] body);

  /// Asks and awaits the answer. Completes exceptionally with a `TransportException` when there is
  /// no link, the link drops, the deadline passes, or the other side refuses.
  CompletableFuture<byte[]> request(NodeId peer, String channel, byte[] body, Duration deadline);

  /// Answers what comes in on `channel`; to be called before the first link opens. A handler runs
  /// on a thread of its own (virtual) and may block; one-way messages of a link run one after the
  /// other, in order.
  void serve(String channel, Handler handler);

  /// Is told of links; to be called before the first link opens.
  void watch(Watcher watcher);

  /// Who is on the other side of a link, as its credential proves.
  record Peer(NodeId node, Role role) {}

  /// Answers one message.
  @FunctionalInterface
  interface Handler {
    /// Returns the answer; what it returns for a one-way message is dropped. Throwing a
    /// `UserError` sends its text to the caller as the refusal.
    byte[] handle(Peer peer, byte[] body) throws Exception;
  }

  /// Hears of links. Calls come on threads of the transport and must not block.
  interface Watcher {
    /// The first link to `peer` is open.
    void linkUp(Peer peer);

    /// The last link to `peer` is gone.
    void linkDown(NodeId peer, String reason);

    /// All addresses of `peer` were tried; `reasons` has one line for each.
    void dialFailed(NodeId peer, List<String> reasons);
  }

  /// A message did not get its answer.
  final class TransportException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public TransportException(String message) {
      super(message, null, false, false);
    }
  }
}
