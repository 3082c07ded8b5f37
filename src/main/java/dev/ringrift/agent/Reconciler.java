package dev.ringrift.agent;

import dev.ringrift.agent.data.CollectOrder;
import dev.ringrift.agent.data.Collected;
import dev.ringrift.agent.data.JobInput;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.jobs.Attempt;
import dev.ringrift.core.jobs.AttemptId;
import dev.ringrift.core.jobs.AttemptState;
import dev.ringrift.core.jobs.Job;
import dev.ringrift.core.jobs.JobFiles;
import dev.ringrift.core.jobs.JobSpec;
import dev.ringrift.core.jobs.Task;
import dev.ringrift.core.ledger.ClusterState;
import dev.ringrift.core.ledger.Command;
import dev.ringrift.core.ledger.NodeRecord;
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
/// | placed, preparing | does not know it | the start order, again, if no lease can run |
/// | placed to running | further | a step |
/// | running | does not know it | lost; an exclusive one only when its lease must have run out |
/// | live, exclusive | live | the order to have its lease renewed, again |
/// | live, to be stopped | live | the stop order, again |
/// | ended | ended | settled: the node may forget it |
/// | lost | live, or succeeded | a step that may revive it; refused: stop, or settled |
/// | live, with outputs | succeeded | the order to keep them, then a step with them |
/// | lost | live, its machine said to be gone | nothing until the machine is believed to run |
/// | ended | live | the stop order |
/// | nothing | ended | settled |
/// | nothing | live | it is left alone: nobody knows what it is worth |
final class Reconciler {
  private static final int REASON_CHARS_MAX = 500;

  /// @param whole whether `reports` are all that the node knows
  /// @param refused lost attempts whose return was put to the ledger, and that it did not revive
  /// @param collected what the node has kept of ended attempts
  /// @param leases what is known of those of exclusive attempts
  Result reconcile(
      ClusterState state,
      NodeId node,
      List<AttemptReport> reports,
      boolean whole,
      Set<AttemptId> refused,
      Map<AttemptId, Collected> collected,
      LeaseState leases) {
    Result result = new Result(collected);
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
          unreported(state, id, leases, result);
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
        step(state, node, report, result);
      }
      if (!report.state().ended()) {
        if (!known.stopReason().isEmpty()) {
          result.stop.add(new Message.StopOrder(id, known.stopReason()));
        } else if (exclusive(state, id)) {
          result.renew.add(new Message.RenewOrder(id, state.settings().lease()));
        }
      }
    } else if (known.state() == AttemptState.LOST
        && mayRevive(report.state())
        && !refused.contains(id)) {
      boolean believed = report.state().ended() || !saidGone(state, node);
      if (believed && step(state, node, report, result)) {
        result.offered.add(id);
      }
    } else if (report.state().ended()) {
      result.settled.add(id);
    } else {
      String why = known.reason().isEmpty() ? "it has ended for the cluster" : known.reason();
      result.stop.add(new Message.StopOrder(id, why));
    }
  }

  /// Adds the step that a report leads to; a success of a job with outputs leads to one when they
  /// have been kept.
  private static boolean step(
      ClusterState state, NodeId node, AttemptReport report, Result result) {
    AttemptId id = report.attempt();
    JobSpec spec = state.job(id.task().job()).orElseThrow().spec();
    List<JobFiles.Output> outputs = spec.files().outputs();
    if (report.state() != AttemptReport.State.SUCCEEDED || outputs.isEmpty()) {
      result.steps.add(step(node, report));
      return true;
    }
    Collected kept = result.collected.get(id);
    if (kept == null) {
      List<String> paths =
          outputs.stream().map(o -> JobOrders.forTask(o.path(), id.task().task())).toList();
      result.collect.add(new CollectOrder(id, spec.workdir(), paths));
      return false;
    }
    if (!kept.problem().isEmpty() || kept.files().size() != outputs.size()) {
      AttemptReport failed =
          new AttemptReport(
              id,
              AttemptReport.State.FAILED,
              0,
              "its outputs cannot be published: " + kept.problem(),
              report.startedMillis(),
              report.endedMillis());
      result.steps.add(step(node, failed));
      return true;
    }
    List<Command.Made> made = new ArrayList<>();
    for (int i = 0; i < outputs.size(); i++) {
      made.add(
          new Command.Made(
              JobFiles.forTask(outputs.get(i).name(), id.task().task()), kept.files().get(i)));
    }
    result.steps.add(new Command.Step.Delivered(step(node, report), made));
    return true;
  }

  private static boolean saidGone(ClusterState state, NodeId node) {
    NodeRecord record = state.nodes().get(node);
    return record != null && record.word() == NodeRecord.Word.GONE;
  }

  private static boolean mayRevive(AttemptReport.State state) {
    return !state.ended() || state == AttemptReport.State.SUCCEEDED;
  }

  /// What a node does not know any more may yet run there, under a keeper whose memory was lost or
  /// another one's: an exclusive attempt is lost only when nobody can let it run on.
  private void unreported(ClusterState state, AttemptId id, LeaseState leases, Result result) {
    Attempt known = state.task(id.task()).flatMap(task -> task.attempt(id.number())).orElseThrow();
    if (known.state() == AttemptState.RUNNING) {
      if (!exclusive(state, id)) {
        result.steps.add(new Command.Step.Lost(id, "its node no longer knows it"));
      } else if (leases.over(id)) {
        String why = "its node no longer knows it, and its lease has run out";
        result.steps.add(new Command.Step.Lost(id, why));
      }
    } else if (!known.stopReason().isEmpty()) {
      result.stop.add(new Message.StopOrder(id, known.stopReason()));
    } else if (!exclusive(state, id) || leases.mayStart(id)) {
      start(state, id, result);
    }
  }

  private void start(ClusterState state, AttemptId id, Result result) {
    Optional<StartOrder> order = order(state, id);
    if (order.isPresent()) {
      result.start.add(order.get());
    } else {
      result.steps.add(new Command.Step.Lost(id, "a file that it takes is no longer published"));
    }
  }

  private static boolean exclusive(ClusterState state, AttemptId id) {
    return state.job(id.task().job()).orElseThrow().spec().disconnect().exclusive();
  }

  /// The order that starts an attempt; none while a file that it takes is not published.
  private static Optional<StartOrder> order(ClusterState state, AttemptId id) {
    Job job = state.job(id.task().job()).orElseThrow();
    Task task = state.task(id.task()).orElseThrow();
    Attempt attempt = task.attempt(id.number()).orElseThrow();
    return JobOrders.inputs(state, job, id.task())
        .map(files -> order(job, attempt, id, files, state.settings().lease()));
  }

  /// @param lease of an exclusive job
  static StartOrder order(
      Job job, Attempt attempt, AttemptId id, List<JobInput> inputs, Duration lease) {
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
        spec.disconnect().exclusive() ? lease : Duration.ZERO,
        inputs,
        spec.files().checkpoint().map(c -> c.path().text()).orElse(""));
  }

  private static Command.Step.Reported step(NodeId node, AttemptReport report) {
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

  /// What the leader knows of the leases of exclusive attempts.
  interface LeaseState {
    /// Whether no lease of it can still be running.
    boolean over(AttemptId attempt);

    /// Whether none can, or it never had one.
    boolean mayStart(AttemptId attempt);
  }

  /// What follows; to be done in the order of the fields.
  static final class Result {
    /// To be committed.
    final List<Command.Step> steps = new ArrayList<>();

    /// Lost attempts whose return is among `steps`.
    final List<AttemptId> offered = new ArrayList<>();

    final List<StartOrder> start = new ArrayList<>();
    final List<Message.RenewOrder> renew = new ArrayList<>();
    final List<Message.StopOrder> stop = new ArrayList<>();
    final List<AttemptId> settled = new ArrayList<>();
    final List<CollectOrder> collect = new ArrayList<>();
    private final Map<AttemptId, Collected> collected;

    Result(Map<AttemptId, Collected> collected) {
      this.collected = collected;
    }

    boolean hasOrders() {
      return !start.isEmpty() || !renew.isEmpty() || !stop.isEmpty() || !settled.isEmpty();
    }
  }
}
