package dev.ringrift.agent.port;

import dev.ringrift.agent.StartOrder;
import dev.ringrift.core.jobs.AttemptId;
import java.time.Duration;

/// Starts, watches and ends the attempts of this node, and remembers them on disk until told to
/// forget. It outlives the agent. Nothing here blocks or fails: what comes of a call is in the
/// `AttemptReport`s, which the agent gets as an event whenever one changes, and all of them at its
/// start.
public interface Keeper {
  /// Starts an attempt. Without effect when this attempt is, or ever was, known here: it is never
  /// run twice.
  void start(StartOrder order);

  /// Ends an attempt: SIGTERM to its process group, SIGKILL after `grace`. An attempt that was
  /// never started here is recorded as cancelled, so that a late start has no effect.
  void stop(AttemptId attempt, String reason, Duration grace);

  /// Lets an exclusive attempt run until `untilBootNanos` on this node's `CLOCK_BOOTTIME`; the
  /// keeper ends it then. Comes before `start` the first time, so that the attempt never runs
  /// without an end.
  void extendLease(AttemptId attempt, long untilBootNanos);

  /// Drops what is kept of an attempt that has ended: its result is in the ledger. A mark stays, so
  /// that a late start has no effect.
  void forget(AttemptId attempt);
}
