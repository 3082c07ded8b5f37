package dev.ringrift.core;

import java.util.Locale;

/// What the holder of a credential may do.
public enum Role {
  /// Changes anything; a person or their program.
  OPERATOR,
  /// Keeps the ledger, may lead, accepts changes, may also run jobs.
  VOTER,
  /// Runs jobs and reports; may not submit, vote or command.
  WORKER,
  /// Reads.
  VIEWER;

  /// The name in files and on the wire.
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
