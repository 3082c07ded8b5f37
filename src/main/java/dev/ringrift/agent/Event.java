package dev.ringrift.agent;

import dev.ringrift.core.NodeId;
import dev.ringrift.core.Role;
import java.util.List;

/// What happens to a node, in the order in which its loop is told.
public sealed interface Event {
  /// A message came over a link.
  ///
  /// @param from whose link it is, as its credential proves
  /// @param role what that credential allows
  record MessageCame(NodeId from, Role role, Message message) implements Event {}

  /// The first link to a peer is open.
  record LinkUp(NodeId peer, Role role) implements Event {}

  /// The last link to a peer is gone.
  record LinkDown(NodeId peer, String reason) implements Event {}

  /// A peer could not be dialled; one reason for each of its addresses.
  record DialFailed(NodeId peer, List<String> reasons) implements Event {}

  /// The keeper says how attempts are.
  ///
  /// @param whole whether these are all that it knows, not only changes
  record KeeperReported(List<AttemptReport> attempts, boolean whole) implements Event {}

  /// An answer that was waited for is there; `then` goes on with it, on the loop.
  record Answered(Runnable then) implements Event {}
}
