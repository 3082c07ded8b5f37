package dev.ringrift.core.jobs;

import java.util.Comparator;

/// One task of a job: job 7 with `count: 3` has the tasks 7.0, 7.1 and 7.2.
public record TaskId(long job, int task) implements Comparable<TaskId> {
  private static final Comparator<TaskId> ORDER =
      Comparator.comparingLong(TaskId::job).thenComparingInt(TaskId::task);

  public TaskId {
    if (job < 1 || task < 0) {
      throw new IllegalArgumentException(
          "task %d.%d is not valid: jobs count from 1, tasks from 0".formatted(job, task));
    }
  }

  /// Reads what `toString` writes.
  public static TaskId parse(String text) {
    int dot = text.indexOf('.');
    try {
      if (dot > 0) {
        return new TaskId(
            Long.parseLong(text.substring(0, dot)), Integer.parseInt(text.substring(dot + 1)));
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("'%s' is no task: write JOB.TASK".formatted(text), e);
    }
    throw new IllegalArgumentException("'%s' is no task: write JOB.TASK".formatted(text));
  }

  @Override
  public int compareTo(TaskId other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return job + "." + task;
  }
}
