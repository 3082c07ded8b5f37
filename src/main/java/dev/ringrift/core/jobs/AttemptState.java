package dev.ringrift.core.jobs;

import java.util.Locale;

/// Where an attempt is, in the order of its life; see `Attempt` for the transitions.
public enum AttemptState {
  /// Its place is reserved and its order is on the way.
  PLACED,
  /// Its node makes it ready.
  PREPARING,
  RUNNING,
  SUCCEEDED,
  FAILED,
  /// Ended because someone wanted it, or never started.
  CANCELLED,
  /// Gone with its machine.
  LOST;

  /// Whether it holds its node's slot and GPUs.
  public boolean live() {
    return this == PLACED || this == PREPARING || this == RUNNING;
  }

  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
