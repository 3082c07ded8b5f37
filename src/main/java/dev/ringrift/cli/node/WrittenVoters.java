package dev.ringrift.cli.node;

import dev.ringrift.agent.view.NodeView;
import dev.ringrift.core.NodeId;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A list of voters that was written somewhere counts at the birth of a cluster only; one that has
/// become wrong is said, so that nobody believes it. Its run is a chore. Thread-safe but for that.
final class WrittenVoters implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(WrittenVoters.class);

  private final List<NodeId> written;
  private final String where;
  private final NodeView agent;
  private List<String> logged = List.of();

  /// @param written empty for no list
  /// @param where it was written, for example `RINGRIFT_P2P_VOTERS`
  WrittenVoters(List<NodeId> written, String where, NodeView agent) {
    this.written = List.copyOf(written);
    this.where = where;
    this.agent = agent;
  }

  /// What is wrong about it; nothing while no leader is known, whose list this node has.
  List<String> warnings() {
    Set<NodeId> voters = new TreeSet<>(agent.voters());
    boolean right = written.isEmpty() || voters.equals(new TreeSet<>(written));
    return right || agent.leader().isEmpty()
        ? List.of()
        : List.of(
            ("%s names the voters %s, but the ledger has %s: the ledger counts; voters change by"
                    + " 'ringrift cluster voters add|remove'")
                .formatted(where, written, voters));
  }

  @Override
  public void run() {
    List<String> now = warnings();
    if (!now.equals(logged)) {
      logged = now;
      now.forEach(LOG::warn);
    }
  }
}
