package dev.ringrift.core.jobs;

import java.util.Locale;

/// Where a task is: `submitted → waiting → placed → preparing → running → succeeded | failed |
/// cancelled | lost`.
public enum TaskState {
  WAITING,
  PLACED,
  PREPARING,
  RUNNING,
  SUCCEEDED,
  FAILED,
  CANCELLED,
  LOST;

  /// Whether it will never run again by itself.
  public boolean ended() {
    return this == SUCCEEDED || this == FAILED || this == CANCELLED || this == LOST;
  }

  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
