package dev.ringrift.agent;

import dev.ringrift.agent.port.Clock;
import dev.ringrift.agent.port.Ledger;
import dev.ringrift.agent.view.JobCounts;
import dev.ringrift.agent.view.NodeStatus;
import dev.ringrift.agent.view.Status;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.Role;
import dev.ringrift.core.jobs.Attempt;
import dev.ringrift.core.jobs.AttemptId;
import dev.ringrift.core.jobs.Gpu;
import dev.ringrift.core.ledger.ClusterState;
import dev.ringrift.core.ledger.NodeRecord;
import dev.ringrift.core.liveness.FailureDetector;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Makes the picture of the cluster that people see, from the state and what the leader remembers.
final class StatusBoard {
  private static final long ALIVE_WITHIN_NANOS = 2_000_000_000L;

  private StatusBoard() {}

  static Status status(
      ClusterState state,
      Ledger.Standing standing,
      Map<NodeId, Ledger.Progress> voters,
      FailureDetector detector,
      Map<NodeId, Member> members,
      Clock clock) {
    List<NodeStatus> nodes = new ArrayList<>();
    for (NodeRecord record : state.nodes().values()) {
      nodes.add(node(state, record, standing, detector, members, clock.nanos()));
    }
    // A cluster that has just begun has voters before the ledger names them.
    List<NodeId> voting = state.voters().isEmpty() ? List.copyOf(voters.keySet()) : state.voters();
    int alive = (int) voting.stream().filter(voter -> alive(voters.get(voter))).count();
    Status.Quorum quorum = new Status.Quorum(voting, alive, voting.size() / 2 + 1);
    return new Status(
        state.name(),
        standing.leader(),
        standing.term(),
        quorum,
        nodes,
        JobCounts.of(state.counts()),
        clock.wallMillis());
  }

  private static boolean alive(Ledger.@Nullable Progress voter) {
    return voter != null && voter.silentNanos() < ALIVE_WITHIN_NANOS;
  }

  private static NodeStatus node(
      ClusterState state,
      NodeRecord record,
      Ledger.Standing standing,
      FailureDetector detector,
      Map<NodeId, Member> members,
      long nowNanos) {
    FailureDetector.Verdict verdict = detector.judge(record.id(), nowNanos);
    Optional<Member> member = Optional.ofNullable(members.get(record.id()));
    Figures figures = member.map(Member::figures).orElse(Figures.NONE);
    List<AttemptId> running = List.copyOf(state.liveOn(record.id()));
    return new NodeStatus(
        record.id(),
        record.pid(),
        state.voters().contains(record.id()) ? Role.VOTER : record.role(),
        standing.leader().equals(Optional.of(record.id())),
        shown(record, verdict),
        reason(record, verdict),
        record.version(),
        record.capacity().slots(),
        running.size(),
        gpus(state, record, figures, running),
        record.addresses(),
        member.isEmpty() ? -1 : detector.silence(record.id(), nowNanos).toMillis() / 1000.0,
        running,
        record.drainReason(),
        new NodeStatus.Load(
            figures.cpuLoad(),
            figures.memoryUsedMib(),
            figures.diskFreeMib(),
            figures.problem(),
            figures.refusal()));
  }

  private static NodeStatus.State shown(NodeRecord record, FailureDetector.Verdict verdict) {
    return switch (record.word()) {
      case PAUSED -> NodeStatus.State.PAUSED;
      case GONE -> NodeStatus.State.GONE;
      case RUNS ->
          switch (verdict) {
            case FailureDetector.Verdict.Up up -> NodeStatus.State.UP;
            case FailureDetector.Verdict.Suspect suspect -> NodeStatus.State.SUSPECT;
            case FailureDetector.Verdict.Unknown unknown -> NodeStatus.State.UNKNOWN;
          };
    };
  }

  private static String reason(NodeRecord record, FailureDetector.Verdict verdict) {
    if (record.word() != NodeRecord.Word.RUNS) {
      return record.wordReason();
    }
    return switch (verdict) {
      case FailureDetector.Verdict.Up up -> "";
      case FailureDetector.Verdict.Suspect suspect -> suspect.reason();
      case FailureDetector.Verdict.Unknown unknown -> unknown.reason();
    };
  }

  private static List<NodeStatus.GpuStatus> gpus(
      ClusterState state, NodeRecord record, Figures figures, List<AttemptId> running) {
    Map<Integer, AttemptId> busy = new HashMap<>();
    for (AttemptId id : running) {
      Attempt attempt =
          state.task(id.task()).flatMap(task -> task.attempt(id.number())).orElseThrow();
      attempt.gpus().forEach(index -> busy.put(index, id));
    }
    Map<Integer, Figures.GpuFigures> measured = new HashMap<>();
    figures.gpus().forEach(gpu -> measured.put(gpu.index(), gpu));
    List<NodeStatus.GpuStatus> shown = new ArrayList<>();
    for (Gpu gpu : record.capacity().gpus()) {
      Figures.GpuFigures now = measured.get(gpu.index());
      shown.add(
          new NodeStatus.GpuStatus(
              gpu,
              now == null ? -1 : now.utilisation(),
              now == null ? -1 : now.vramUsedMib(),
              Optional.ofNullable(busy.get(gpu.index()))));
    }
    return shown;
  }
}
