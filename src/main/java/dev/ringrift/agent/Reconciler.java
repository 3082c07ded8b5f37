package dev.ringrift.agent;

import dev.ringrift.core.NodeId;
import dev.ringrift.core.jobs.Attempt;
import dev.ringrift.core.jobs.AttemptId;
import dev.ringrift.core.jobs.AttemptState;
import dev.ringrift.core.jobs.Job;
import dev.ringrift.core.jobs.JobSpec;
import dev.ringrift.core.jobs.Task;
import dev.ringrift.core.ledger.ClusterState;
import dev.ringrift.core.ledger.Command;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// Compares what a node reports with what the ledger says of it, and says what follows: steps for
/// the ledger, orders for the node. Asked again with the same two it says the same, so that any
/// message may be lost or come twice.
///
/// | ledger | node | what follows |
/// |---|---|---|
/// | placed | does not know it | the start order, again |
/// | placed to running | further | a step |
/// | preparing, running | does not know it | lost |
/// | live, to be stopped | live | the stop order, again |
/// | ended | ended | settled: the node may forget it |
/// | lost | live, or succeeded | a step that may revive it; refused: stop, or settled |
/// | ended | live | the stop order |
/// | nothing | ended | settled |
/// | nothing | live | it is left alone: nobody knows what it is worth |
final class Reconciler {
  private static final int REASON_CHARS_MAX = 500;

  private final Duration lease;

  Reconciler(Duration lease) {
    this.lease = lease;
  }

  /// @param whole whether `reports` are all that the node knows
  /// @param refused lost attempts whose return was put to the ledger, and that it did not revive
  Result reconcile(
      ClusterState state,
      NodeId node,
      List<AttemptReport> reports,
      boolean whole,
      Set<AttemptId> refused) {
    Result result = new Result();
    Map<AttemptId, AttemptReport> reported = new TreeMap<>();
    for (AttemptReport report : reports) {
      reported.put(report.attempt(), report);
      Optional<Attempt> known =
          state
              .task(report.attempt().task())
              .flatMap(task -> task.attempt(report.attempt().number()))
              .filter(attempt -> attempt.node().equals(node));
      if (known.isPresent()) {
        both(state, node, report, known.get(), refused, result);
      } else if (report.state().ended()) {
        result.settled.add(report.attempt());
      }
    }
    if (whole) {
      for (AttemptId id : state.liveOn(node)) {
        if (!reported.containsKey(id)) {
          unreported(state, id, result);
        }
      }
    }
    return result;
  }

  private void both(
      ClusterState state,
      NodeId node,
      AttemptReport report,
      Attempt known,
      Set<AttemptId> refused,
      Result result) {
    AttemptId id = report.attempt();
    if (known.live()) {
      if (known.silent() || state(report.state()).compareTo(known.state()) > 0) {
        result.steps.add(step(node, report));
      }
      if (!report.state().ended()) {
        if (!known.stopReason().isEmpty()) {
          result.stop.add(new Message.StopOrder(id, known.stopReason()));
        } else if (exclusive(state, id)) {
          result.start.add(order(state, id));
        }
      }
    } else if (known.state() == AttemptState.LOST
        && mayRevive(report.state())
        && !refused.contains(id)) {
      result.steps.add(step(node, report));
      result.offered.add(id);
    } else if (report.state().ended()) {
      result.settled.add(id);
    } else {
      String why = known.reason().isEmpty() ? "it has ended for the cluster" : known.reason();
      result.stop.add(new Message.StopOrder(id, why));
    }
  }

  private static boolean mayRevive(AttemptReport.State state) {
    return !state.ended() || state == AttemptReport.State.SUCCEEDED;
  }

  private void unreported(ClusterState state, AttemptId id, Result result) {
    Attempt known = state.task(id.task()).flatMap(task -> task.attempt(id.number())).orElseThrow();
    if (known.state() != AttemptState.PLACED) {
      result.steps.add(new Command.Step.Lost(id, "its node no longer knows it"));
    } else if (!known.stopReason().isEmpty()) {
      result.stop.add(new Message.StopOrder(id, known.stopReason()));
    } else {
      result.start.add(order(state, id));
    }
  }

  private static boolean exclusive(ClusterState state, AttemptId id) {
    return state.job(id.task().job()).orElseThrow().spec().disconnect().exclusive();
  }

  private StartOrder order(ClusterState state, AttemptId id) {
    Job job = state.job(id.task().job()).orElseThrow();
    Task task = state.task(id.task()).orElseThrow();
    return order(job, task.attempt(id.number()).orElseThrow(), id);
  }

  /// The order that starts an attempt.
  StartOrder order(Job job, Attempt attempt, AttemptId id) {
    JobSpec spec = job.spec();
    return new StartOrder(
        id,
        spec.name(),
        spec.run(),
        spec.setup(),
        spec.envs(),
        spec.workdir(),
        attempt.gpus(),
        spec.count(),
        (int) Math.ceil(spec.resources().diskGb() * 1e9 / (1 << 20)),
        spec.timeout(),
        spec.disconnect().exclusive() ? lease : Duration.ZERO);
  }

  private static Command.Step step(NodeId node, AttemptReport report) {
    return new Command.Step.Reported(
        report.attempt(),
        node,
        state(report.state()),
        report.exitCode(),
        bounded(report.reason()),
        report.startedMillis(),
        report.endedMillis());
  }

  /// A node's words are kept by every voter; they must not be able to fill it.
  private static String bounded(String reason) {
    return reason.length() <= REASON_CHARS_MAX
        ? reason
        : reason.substring(0, REASON_CHARS_MAX) + "...";
  }

  private static AttemptState state(AttemptReport.State state) {
    return switch (state) {
      case PREPARING -> AttemptState.PREPARING;
      case RUNNING -> AttemptState.RUNNING;
      case SUCCEEDED -> AttemptState.SUCCEEDED;
      case FAILED -> AttemptState.FAILED;
      case CANCELLED -> AttemptState.CANCELLED;
      case LOST -> AttemptState.LOST;
    };
  }

  /// What follows; to be done in the order of the fields.
  static final class Result {
    /// To be committed.
    final List<Command.Step> steps = new ArrayList<>();

    /// Lost attempts whose return is among `steps`.
    final List<AttemptId> offered = new ArrayList<>();

    final List<StartOrder> start = new ArrayList<>();
    final List<Message.StopOrder> stop = new ArrayList<>();
    final List<AttemptId> settled = new ArrayList<>();

    boolean hasOrders() {
      return !start.isEmpty() || !stop.isEmpty() || !settled.isEmpty();
    }
  }
}
