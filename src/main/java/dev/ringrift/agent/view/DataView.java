package dev.ringrift.agent.view;

import dev.ringrift.agent.data.Depot;
import dev.ringrift.agent.data.FetchReport;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.data.ObjectId;
import dev.ringrift.core.jobs.AttemptId;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What the leader remembers of the nodes' files. Thread-safe; never blocks.
public interface DataView {
  /// By node, as they last reported to this leader; empty on a node that does not lead.
  Map<NodeId, OnNode> files();

  /// Has the copies of these removed from all nodes, but for what a name means or a job needs.
  void giveUp(Collection<ObjectId> ids);

  /// The files of one node.
  ///
  /// @param url where others can fetch them, `http://host:port`; empty for nowhere
  /// @param whole those that it holds
  /// @param spare those of them that it can give up
  /// @param fetches that run, or have ended lately
  /// @param delivering ended attempts whose outputs wait for a copy on another node
  record OnNode(
      String url,
      Set<ObjectId> whole,
      List<Depot.Spare> spare,
      List<FetchReport> fetches,
      Set<AttemptId> delivering) {
    public OnNode {
      spare = List.copyOf(spare);
      fetches = List.copyOf(fetches);
      delivering = Set.copyOf(delivering);
    }
  }
}
