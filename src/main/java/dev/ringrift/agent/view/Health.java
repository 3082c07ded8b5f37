package dev.ringrift.agent.view;

import dev.ringrift.core.NodeId;
import dev.ringrift.core.Role;
import dev.ringrift.core.UserError;
import java.util.ArrayList;
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
/// @param mend what a person can do about that, where something is known
/// @param warnings what is not as people may believe, however well the node is
public record Health(
    State status,
    NodeId node,
    Role role,
    Optional<NodeId> leader,
    long term,
    long uptimeSeconds,
    String version,
    List<String> reasons,
    List<String> mend,
    List<String> warnings) {
  public Health {
    reasons = List.copyOf(reasons);
    mend = List.copyOf(mend);
    warnings = List.copyOf(warnings);
  }

  /// The same with what is wrong beside it.
  public Health with(List<UserError> troubles) {
    List<String> whole = new ArrayList<>(reasons);
    List<String> hints = new ArrayList<>(mend);
    for (UserError trouble : troubles) {
      String because = trouble.because().isEmpty() ? "" : ": " + trouble.because();
      whole.add(trouble.what() + because);
      if (!trouble.mend().isEmpty()) {
        hints.add(trouble.mend());
      }
    }
    State worse = status == State.OK && !troubles.isEmpty() ? State.DEGRADED : status;
    return new Health(
        worse, node, role, leader, term, uptimeSeconds, version, whole, hints, warnings);
  }

  /// The same with these warnings.
  public Health warning(List<String> said) {
    return new Health(
        status, node, role, leader, term, uptimeSeconds, version, reasons, mend, said);
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
