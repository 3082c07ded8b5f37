package dev.ringrift.cli;

import dev.ringrift.core.jobs.TaskState;
import java.util.Arrays;

/// The names of task states as the API writes them.
final class JobStates {
  private JobStates() {}

  /// Whether a task in this state will never run again by itself.
  static boolean ended(String label) {
    return Arrays.stream(TaskState.values())
        .anyMatch(state -> state.ended() && state.label().equals(label));
  }
}
