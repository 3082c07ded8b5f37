package dev.ringrift.agent.view;

import dev.ringrift.core.NodeId;
import dev.ringrift.core.Role;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// How a node is.
///
/// @param role of its credential
/// @param leader as far as it knows
/// @param term the newest that it has seen
/// @param uptimeSeconds of its agent
/// @param reasons what keeps it from being well; empty when `status` is `OK`
public record Health(
    State status,
    NodeId node,
    Role role,
    Optional<NodeId> leader,
    long term,
    long uptimeSeconds,
    String version,
    List<String> reasons) {
  public Health {
    reasons = List.copyOf(reasons);
  }

  /// Whether a node does its work.
  public enum State {
    OK,
    /// It began lately and does not know the cluster yet.
    STARTING,
    /// It works, but not as it should; `reasons` says what is wrong.
    DEGRADED;

    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
