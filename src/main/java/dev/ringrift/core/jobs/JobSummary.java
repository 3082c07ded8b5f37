package dev.ringrift.core.jobs;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// A job in one line: where it is and how many of its tasks are where.
///
/// @param counts tasks by state, every state is there
public record JobSummary(Job job, JobState state, Map<TaskState, Integer> counts) {
  public JobSummary {
    counts = Map.copyOf(counts);
  }

  /// From the number of tasks in each state.
  public static JobSummary of(Job job, Map<TaskState, Integer> tasks) {
    Map<TaskState, Integer> counts = new EnumMap<>(TaskState.class);
    for (TaskState state : TaskState.values()) {
      counts.put(state, tasks.getOrDefault(state, 0));
    }
    return new JobSummary(job, JobState.of(counts), counts);
  }

  /// From the tasks themselves.
  public static JobSummary of(Job job, List<Task> tasks) {
    Map<TaskState, Integer> counts = new EnumMap<>(TaskState.class);
    for (Task task : tasks) {
      counts.merge(task.state(), 1, Integer::sum);
    }
    return of(job, counts);
  }
}
