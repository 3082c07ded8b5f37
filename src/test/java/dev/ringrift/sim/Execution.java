package dev.ringrift.sim;

import dev.ringrift.agent.StartOrder;
import dev.ringrift.core.jobs.AttemptId;

/// One real run of a job's program, as only the world knows it.
final class Execution {
  final StartOrder order;
  final SimHost host;
  final long startedAt;
  private Ending ending = Ending.RUNS;
  private String reason = "";

  Execution(StartOrder order, SimHost host, long startedAt) {
    this.order = order;
    this.host = host;
    this.startedAt = startedAt;
  }

  AttemptId attempt() {
    return order.attempt();
  }

  boolean runs() {
    return ending == Ending.RUNS;
  }

  Ending ending() {
    return ending;
  }

  /// What was given as the reason of its end.
  String reason() {
    return reason;
  }

  void end(Ending how, String why) {
    ending = how;
    reason = why;
  }

  @Override
  public String toString() {
    return "%s on %s".formatted(attempt(), host);
  }

  /// Who or what ended it.
  enum Ending {
    RUNS,
    /// By itself, with exit code 0.
    SUCCEEDED,
    /// By itself, with another exit code.
    FAILED,
    /// The agent told the keeper to.
    STOPPED,
    /// It ran longer than its job allows.
    TIMED_OUT,
    /// Nobody renewed its lease.
    LEASE_ENDED,
    /// The machine lost power.
    POWER_LOST,
    /// A keeper that had lost its journal did not know it.
    STRAY
  }
}
