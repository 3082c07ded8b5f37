package dev.ringrift.ledger;

import dev.ringrift.agent.port.Ledger;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.ledger.Vocabulary;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/// A cluster of ledgers under test, whose links and voters can be made to fail. The test's thread
/// is the only one that calls it.
public interface LedgerLab extends AutoCloseable {
  /// All voters, the running and the killed.
  List<NodeId> nodes();

  /// The ledger of a voter that runs.
  Ledger ledger(NodeId node);

  /// Whether a voter runs.
  boolean running(NodeId node);

  /// From now on nothing that `from` sends reaches `to`; the other way is not touched.
  void cut(NodeId from, NodeId to);

  /// Mends all links.
  void heal();

  /// Ends a voter as a crash does: what was on disk stays.
  void kill(NodeId node);

  /// Starts a killed voter again, from its disk, with a program that reads these commands.
  void restart(NodeId node, Vocabulary known);

  /// Starts a killed voter again, from its disk.
  default void restart(NodeId node) {
    restart(node, Vocabulary.OWN);
  }

  /// Lets time pass until `condition` holds.
  ///
  /// @throws AssertionError when it does not within a time that is long for a ledger
  void await(String what, BooleanSupplier condition);

  /// Lets time pass.
  void pass(Duration time);

  /// Cuts all links of a voter, both ways.
  default void isolate(NodeId node) {
    for (NodeId other : nodes()) {
      if (!other.equals(node)) {
        cut(node, other);
        cut(other, node);
      }
    }
  }

  @Override
  void close();

  /// Makes clusters.
  interface Factory {
    /// A cluster of `voters` voters that are all in the group, with nothing in the state yet.
    LedgerLab start(int voters);
  }
}
