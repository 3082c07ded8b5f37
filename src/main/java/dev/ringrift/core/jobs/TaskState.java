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

  /// What a task shows while its furthest attempt is there.
  static TaskState shown(AttemptState attempt) {
    return switch (attempt) {
      case PLACED -> PLACED;
      case PREPARING -> PREPARING;
      case RUNNING -> RUNNING;
      case SUCCEEDED -> SUCCEEDED;
      case FAILED -> FAILED;
      case CANCELLED -> CANCELLED;
      case LOST -> LOST;
    };
  }

  /// Whether it will never run again by itself.
  public boolean ended() {
    return this == SUCCEEDED || this == FAILED || this == CANCELLED || this == LOST;
  }

  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
