package dev.ringrift.sim;

import dev.ringrift.core.ledger.ClusterState;
import dev.ringrift.core.ledger.Command;

/// A rule of safety that can be taken out of a simulation, to see that its invariants notice. The
/// product has no such switch: what is changed here is what lies between an agent and its ports,
/// or the copies of the state that the model of the ledger keeps.
enum Rule {
  /// Nothing is taken out.
  NONE,
  /// A node refuses the order of an older leader.
  FENCE_CHECK,
  /// A leader acts only while a majority has answered lately.
  FRESH_AUTHORITY,
  /// A leader counts on what each voter promised, and not on its own timings.
  PROMISES,
  /// An order is sent only once its reservation is committed.
  RESERVE_BEFORE_SEND,
  /// The first success among the attempts is the result.
  FIRST_SUCCESS_WINS,
  /// A failure is none while another attempt lives.
  FAILURE_WAITS,
  /// Silence stops no job.
  SILENCE_NEVER_STOPS,
  /// For a new leader everybody is unknown, not dead.
  UNKNOWN_AFTER_TAKEOVER,
  /// An exclusive attempt is given up only when its lease must have run out.
  LEASE_WAIT,
  /// An exclusive attempt is ended at its lease's end.
  LEASE_END,
  /// What a worker keeps of an end is dropped only when the ledger has it.
  KEEP_UNTIL_COMMITTED,
  /// A new kind of command is used only once every voter reads it.
  VERSION_AGREED,
  /// A machine that was said to be gone counts as running only when it was heard for a while.
  GONE_UNTIL_HEARD;

  /// What lies between an agent and its ports.
  Tampering tampering(AgentProcess process) {
    return switch (this) {
      case NONE, PROMISES, FIRST_SUCCESS_WINS, FAILURE_WAITS -> new Tampering(process);
      case FENCE_CHECK -> new Tamperings.AnyFence(process);
      case FRESH_AUTHORITY -> new Tamperings.AlwaysFresh(process);
      case RESERVE_BEFORE_SEND -> new Tamperings.SendBeforeCommit(process);
      case SILENCE_NEVER_STOPS -> new Tamperings.StopsWhenCutOff(process);
      case UNKNOWN_AFTER_TAKEOVER -> new Tamperings.DeadUntilHeard(process);
      case LEASE_WAIT -> new Tamperings.GivesUpEarly(process);
      case LEASE_END -> new Tamperings.LeaseWithoutEnd(process);
      case KEEP_UNTIL_COMMITTED -> new Tamperings.ForgetsEarly(process);
      case VERSION_AGREED -> new Tamperings.TakesAllForUpdated(process);
      case GONE_UNTIL_HEARD -> new Tamperings.BelievesAtOnce(process);
    };
  }

  /// The state to which a voter applies `command`.
  ClusterState state(ClusterState state, Command command) {
    return switch (this) {
      case FIRST_SUCCESS_WINS -> StateTamperings.lastSuccessWins(state, command);
      case FAILURE_WAITS -> StateTamperings.firstFailureWins(state, command);
      default -> state;
    };
  }
}
