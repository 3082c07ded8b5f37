package dev.ringrift.agent.view;

import dev.ringrift.core.NodeId;
import java.util.List;
import java.util.Optional;

/// The cluster at one moment, as one node sees it.
///
/// @param cluster its name
/// @param asOfMillis wall time of the view
public record Status(
    String cluster,
    Optional<NodeId> leader,
    long term,
    Quorum quorum,
    List<NodeStatus> nodes,
    JobCounts jobs,
    long asOfMillis) {
  public Status {
    nodes = List.copyOf(nodes);
  }

  /// Who votes and whether that is enough.
  ///
  /// @param voters highest rank first
  /// @param alive how many of them answered lately
  /// @param needed a majority
  public record Quorum(List<NodeId> voters, int alive, int needed) {
    public Quorum {
      voters = List.copyOf(voters);
    }
  }
}
