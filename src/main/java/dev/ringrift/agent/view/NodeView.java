package dev.ringrift.agent.view;

import dev.ringrift.core.NodeId;
import java.util.List;
import java.util.Optional;

/// What this node can say at once. Every method answers from memory, never blocks, and is
/// thread-safe: `/health` is answered from here whatever else hangs.
public interface NodeView {
  /// How this node is.
  Health health();

  /// The cluster as this node sees it. On the leader that is the cluster's state; on another node
  /// what it has itself heard, and may be little.
  Status status();

  /// Who leads, as far as this node knows; this node itself when it is the leader.
  Optional<NodeId> leader();

  /// The voters as far as this node knows, highest rank first: who is asked when there is no link
  /// to the leader.
  List<NodeId> voters();
}
