package dev.ringrift.agent.view;

import dev.ringrift.core.jobs.TaskState;
import java.util.Map;

/// How much work is where. Counted in tasks: a job with `count: 200` counts 200 times.
///
/// @param placed has its place and is being made ready
public record JobCounts(
    int waiting, int placed, int running, int succeeded, int failed, int cancelled, int lost) {
  public static final JobCounts NONE = new JobCounts(0, 0, 0, 0, 0, 0, 0);

  /// From the number of tasks in each state; a state that is not there counts 0.
  public static JobCounts of(Map<TaskState, Integer> tasks) {
    return new JobCounts(
        tasks.getOrDefault(TaskState.WAITING, 0),
        tasks.getOrDefault(TaskState.PLACED, 0) + tasks.getOrDefault(TaskState.PREPARING, 0),
        tasks.getOrDefault(TaskState.RUNNING, 0),
        tasks.getOrDefault(TaskState.SUCCEEDED, 0),
        tasks.getOrDefault(TaskState.FAILED, 0),
        tasks.getOrDefault(TaskState.CANCELLED, 0),
        tasks.getOrDefault(TaskState.LOST, 0));
  }
}
