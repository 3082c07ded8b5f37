package dev.ringrift.core.ledger;

import dev.ringrift.core.NodeId;
import java.util.List;

/// The replicated state of a cluster, and the one method that changes it. Skeleton; see the record
/// types for what it holds. Not thread-safe.
public final class ClusterState {
  /// Applies one committed command. Never throws for a command that was ever committed.
  public Outcome apply(Command command) {
    return new Outcome.Rejected("unknown " + command);
  }

  /// The cluster's id, empty before `Found`.
  public String clusterId() {
    return "";
  }

  /// The voters, highest rank first.
  public List<NodeId> voters() {
    return List.of();
  }
}
