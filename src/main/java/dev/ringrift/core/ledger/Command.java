package dev.ringrift.core.ledger;

import dev.ringrift.core.NodeId;
import dev.ringrift.core.Role;
import dev.ringrift.core.data.Content;
import dev.ringrift.core.data.DataName;
import dev.ringrift.core.jobs.AttemptId;
import dev.ringrift.core.jobs.AttemptState;
import dev.ringrift.core.jobs.Capacity;
import dev.ringrift.core.jobs.JobSpec;
import dev.ringrift.core.jobs.TaskId;
import java.util.List;
import java.util.Set;

/// A change of the replicated state. What a leader decides by itself (`ByLeader`) carries its term,
/// and the state refuses it once a newer leader has begun; what a person asks for does not.
///
/// `atMillis` is the proposer's wall time: the state has no clock.
public sealed interface Command {
  long atMillis();

  /// A decision of a leader.
  sealed interface ByLeader extends Command {
    long term();
  }

  /// The birth of a cluster; the first command.
  ///
  /// @param voters highest rank first
  record Found(
      String clusterId, String name, List<NodeId> voters, ClusterSettings settings, long atMillis)
      implements Command {
    /// With the settings of a new cluster.
    public Found(String clusterId, String name, List<NodeId> voters, long atMillis) {
      this(clusterId, name, voters, ClusterSettings.FIRST, atMillis);
    }
  }

  /// A leader begins; its commands of older terms are refused from here on.
  record Lead(long term, NodeId leader, long atMillis) implements Command {}

  /// A node said who it is.
  ///
  /// @param commands the highest version of commands that it reads
  record Register(
      long term,
      NodeId node,
      Role role,
      List<String> addresses,
      Capacity capacity,
      String version,
      int commands,
      long pid,
      long atMillis)
      implements ByLeader {}

  /// Someone submits a job.
  ///
  /// @param key unique to this submit of this owner; a repeated key gives the same job again
  record Submit(String key, JobSpec spec, String owner, long atMillis) implements Command {}

  /// Reservations: attempts that will be started.
  record Place(long term, List<Placing> placings, long atMillis) implements ByLeader {}

  /// One reservation.
  record Placing(AttemptId attempt, NodeId node, List<Integer> gpus) {}

  /// What became of attempts, many in one commit.
  record Progress(long term, List<Step> steps, long atMillis) implements ByLeader {}

  /// One step of one attempt.
  sealed interface Step {
    AttemptId attempt();

    /// Its node reported it.
    record Reported(
        AttemptId attempt,
        NodeId node,
        AttemptState state,
        int exitCode,
        String reason,
        long startedMillis,
        long endedMillis)
        implements Step {}

    /// Its node reported its success, with the files that its job is to publish. They are published
    /// only if this becomes the task's result, and only under names that the job declared.
    record Delivered(Reported report, List<Made> files) implements Step {
      public Delivered {
        files = List.copyOf(files);
      }

      @Override
      public AttemptId attempt() {
        return report.attempt();
      }
    }

    /// Its node has been silent for the job's `lost_after`: another may be placed beside it.
    record Silent(AttemptId attempt, String reason) implements Step {}

    /// Its node is back and it still runs.
    record Heard(AttemptId attempt) implements Step {}

    /// It will never report: its machine is gone, has forgotten it, or its lease has run out.
    record Lost(AttemptId attempt, String reason) implements Step {}
  }

  /// A file that an attempt left behind.
  record Made(DataName name, Content content) {}

  /// Someone no longer wants these tasks.
  record Cancel(Set<TaskId> tasks, String reason, long atMillis) implements Command {}

  /// Someone wants failed, cancelled or lost tasks tried again.
  record Retry(Set<TaskId> tasks, long atMillis) implements Command {}

  /// Someone keeps new tasks off a node; an empty reason lets them on again.
  record Drain(NodeId node, String reason, long atMillis) implements Command {}

  /// The provider, or the operator, says what became of a machine.
  record Say(NodeId node, NodeRecord.Word word, String reason, long atMillis) implements Command {}

  /// Someone takes a node out of the list; it must be gone.
  record Remove(NodeId node, long atMillis) implements Command {}

  /// A credential is no longer good.
  ///
  /// @param id the credential's `jti`, or a node's id for all of its credentials
  record Revoke(String id, String reason, long atMillis) implements Command {}

  /// The voters are now these, highest rank first. The leader brings the consensus library's own
  /// list to this one, one voter at a time.
  record SetVoters(List<NodeId> voters, long atMillis) implements Command {}

  /// The settings are now these.
  ///
  /// @param reason why, for people
  record Configure(ClusterSettings settings, String reason, long atMillis) implements Command {}

  /// Commands up to this version may be used: every voter has said that it reads them.
  record RaiseVersion(int version, long atMillis) implements Command {}

  /// The cluster was recovered from the loss of its majority.
  record RaiseEpoch(long epoch, String reason, long atMillis) implements Command {}

  /// Someone gives a name a content.
  ///
  /// @param publisher who, for people
  record Publish(DataName name, Content content, String publisher, long atMillis)
      implements Command {}

  /// Someone takes a name away; copies of its content lose their protection.
  record Unpublish(DataName name, long atMillis) implements Command {}

  /// Someone says which nodes are to have what a name means, now and when it has a new version.
  ///
  /// @param copies at least so many nodes; 0 to leave that as it is
  record Keep(DataName name, Set<NodeId> add, Set<NodeId> remove, int copies, long atMillis)
      implements Command {
    public Keep {
      if (copies < 0 || copies > DataRecord.COPIES_MAX) {
        throw new IllegalArgumentException(
            "%d copies: use 1 to %d".formatted(copies, DataRecord.COPIES_MAX));
      }
      add = Set.copyOf(add);
      remove = Set.copyOf(remove);
    }
  }

  /// Lines for the event log.
  record Note(long term, List<Line> lines, long atMillis) implements ByLeader {}

  /// One line for the event log.
  record Line(String kind, String subject, String text) {}
}
