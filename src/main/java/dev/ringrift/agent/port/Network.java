package dev.ringrift.agent.port;

import dev.ringrift.agent.Message;
import dev.ringrift.core.NodeId;
import java.util.List;
import java.util.Set;

/// How an agent speaks to other agents. Messages can be lost, late, and twice; they are not
/// altered.
public interface Network {
  /// Sends, or drops it when no link to `to` is open.
  void send(NodeId to, Message message);

  /// Keeps a link to `peer` up from now on.
  void dial(NodeId peer, List<String> addresses);

  /// Lets the link to `peer` go.
  void hangUp(NodeId peer);

  /// The peers with an open link now.
  Set<NodeId> connected();
}
