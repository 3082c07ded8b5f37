package dev.ringrift.core.ledger;

/// What the state answers to a command that was applied.
public sealed interface Outcome {
  /// It took effect; `id` is the id of what it made (a job's number), or 0.
  record Done(long id) implements Outcome {}

  /// It changed nothing, for `reason`; the same on every voter.
  record Rejected(String reason) implements Outcome {}
}
