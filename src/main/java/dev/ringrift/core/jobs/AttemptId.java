package dev.ringrift.core.jobs;

import java.util.Comparator;

/// One try at a task, numbered from 1 within it; written `7.0.1`. An attempt number is never used
/// twice, so a job can fence its own writes with it.
public record AttemptId(TaskId task, int number) implements Comparable<AttemptId> {
  private static final Comparator<AttemptId> ORDER =
      Comparator.comparing(AttemptId::task).thenComparingInt(AttemptId::number);

  public AttemptId {
    if (number < 1) {
      throw new IllegalArgumentException(
          "attempt %d of task %s: attempts count from 1".formatted(number, task));
    }
  }

  public static AttemptId of(long job, int task, int number) {
    return new AttemptId(new TaskId(job, task), number);
  }

  /// Reads what `toString` writes.
  public static AttemptId parse(String text) {
    String[] parts = text.split("\\.", -1);
    try {
      if (parts.length == 3) {
        return of(Long.parseLong(parts[0]), Integer.parseInt(parts[1]), Integer.parseInt(parts[2]));
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "'%s' is no attempt: write JOB.TASK.ATTEMPT".formatted(text), e);
    }
    throw new IllegalArgumentException(
        "'%s' is no attempt: write JOB.TASK.ATTEMPT".formatted(text));
  }

  @Override
  public int compareTo(AttemptId other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return task + "." + number;
  }
}
