package dev.ringrift.agent;

import dev.ringrift.core.jobs.Attempt;
import dev.ringrift.core.jobs.AttemptId;
import dev.ringrift.core.jobs.JobSpec;
import dev.ringrift.core.jobs.Task;
import dev.ringrift.core.ledger.ClusterState;
import dev.ringrift.core.ledger.Command;
import dev.ringrift.core.ledger.NodeRecord;
import dev.ringrift.core.liveness.FailureDetector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// What silence of nodes leads to: nothing is stopped; after the job's `lost_after` another attempt
/// may be placed. An exclusive attempt is given up then, but not before its lease must have run
/// out. Where nobody wants the task any more there is nothing to wait for: its attempt is called
/// silent as soon as nothing is known of the node.
final class Silence {
  private Silence() {}

  static List<Command.Step> steps(
      ClusterState state, FailureDetector detector, Leases leases, long nowNanos) {
    List<Command.Step> steps = new ArrayList<>();
    for (NodeRecord node : state.nodes().values()) {
      boolean spoken = node.word() != NodeRecord.Word.RUNS;
      if (!spoken
          && !(detector.judge(node.id(), nowNanos) instanceof FailureDetector.Verdict.Unknown)) {
        continue;
      }
      Duration silence = detector.silence(node.id(), nowNanos);
      for (AttemptId id : state.liveOn(node.id())) {
        step(state, node, id, spoken, silence, leases, nowNanos, steps);
      }
    }
    return steps;
  }

  private static void step(
      ClusterState state,
      NodeRecord node,
      AttemptId id,
      boolean spoken,
      Duration silence,
      Leases leases,
      long nowNanos,
      List<Command.Step> steps) {
    JobSpec.Disconnect disconnect = state.job(id.task().job()).orElseThrow().spec().disconnect();
    Task task = state.task(id.task()).orElseThrow();
    Attempt attempt = task.attempt(id.number()).orElseThrow();
    boolean longEnough =
        (task.cancelWanted() || silence.compareTo(disconnect.lostAfter()) >= 0)
            && silence.compareTo(FailureDetector.UNKNOWN_AFTER) >= 0;
    if (!spoken && !longEnough) {
      return; // a new leader must give nodes the time to report, whatever the job asks for
    }
    String why =
        spoken
            ? "%s is %s: %s".formatted(node.id(), node.word().label(), node.wordReason())
            : "%s has been silent for %d s".formatted(node.id(), silence.toSeconds());
    if (!disconnect.exclusive() || task.cancelWanted()) {
      if (!attempt.silent()) {
        steps.add(new Command.Step.Silent(id, why));
      }
    } else if (leases.over(id, state.longestLease(), nowNanos)) {
      steps.add(new Command.Step.Lost(id, why + ", and its lease has run out"));
    }
  }
}
