package dev.ringrift.core.jobs;

import java.util.Locale;
import java.util.Map;

/// Where a job is, told from where its tasks are.
public enum JobState {
  /// No task has had a place yet.
  WAITING,
  /// Some task has begun, and some has not ended.
  RUNNING,
  /// All tasks succeeded.
  SUCCEEDED,
  /// All ended, and one failed.
  FAILED,
  /// All ended, none failed or was lost, and one was cancelled.
  CANCELLED,
  /// All ended, none failed, and one was lost with its machine.
  LOST;

  /// Derives it from the number of tasks in each state; a state that is not there counts 0.
  public static JobState of(Map<TaskState, Integer> tasks) {
    boolean begun = false;
    boolean open = false;
    for (Map.Entry<TaskState, Integer> entry : tasks.entrySet()) {
      if (entry.getValue() > 0) {
        begun |= entry.getKey() != TaskState.WAITING;
        open |= !entry.getKey().ended();
      }
    }
    if (!begun) {
      return WAITING;
    }
    return open ? RUNNING : ended(tasks);
  }

  private static JobState ended(Map<TaskState, Integer> tasks) {
    if (tasks.getOrDefault(TaskState.FAILED, 0) > 0) {
      return FAILED;
    }
    if (tasks.getOrDefault(TaskState.LOST, 0) > 0) {
      return LOST;
    }
    return tasks.getOrDefault(TaskState.CANCELLED, 0) > 0 ? CANCELLED : SUCCEEDED;
  }

  /// Whether it will change no more by itself.
  public boolean over() {
    return this != WAITING && this != RUNNING;
  }

  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
