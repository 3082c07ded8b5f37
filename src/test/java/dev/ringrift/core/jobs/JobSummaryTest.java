package dev.ringrift.core.jobs;

import static dev.ringrift.core.jobs.TaskState.CANCELLED;
import static dev.ringrift.core.jobs.TaskState.FAILED;
import static dev.ringrift.core.jobs.TaskState.LOST;
import static dev.ringrift.core.jobs.TaskState.PLACED;
import static dev.ringrift.core.jobs.TaskState.SUCCEEDED;
import static dev.ringrift.core.jobs.TaskState.WAITING;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JobSummaryTest {
  @Test
  void aJobIsWhereItsTasksAre() {
    assertThat(JobState.of(Map.of(WAITING, 3))).isEqualTo(JobState.WAITING);
    assertThat(JobState.of(Map.of(WAITING, 2, PLACED, 1))).isEqualTo(JobState.RUNNING);
    assertThat(JobState.of(Map.of(WAITING, 2, SUCCEEDED, 1))).isEqualTo(JobState.RUNNING);
    assertThat(JobState.of(Map.of(SUCCEEDED, 3, WAITING, 0))).isEqualTo(JobState.SUCCEEDED);
    assertThat(JobState.of(Map.of(SUCCEEDED, 1, FAILED, 1, LOST, 1))).isEqualTo(JobState.FAILED);
    assertThat(JobState.of(Map.of(SUCCEEDED, 1, LOST, 1, CANCELLED, 1))).isEqualTo(JobState.LOST);
    assertThat(JobState.of(Map.of(SUCCEEDED, 1, CANCELLED, 1))).isEqualTo(JobState.CANCELLED);
  }

  @Test
  void aSummaryCountsEveryState() {
    Job job = new Job(1, "k", JobSpec.of("j", List.of("true")).withCount(2), "me", 1);
    List<Task> tasks =
        List.of(Task.submitted(new TaskId(1, 0), 1), Task.submitted(new TaskId(1, 1), 1));
    JobSummary summary = JobSummary.of(job, tasks);
    assertThat(summary.counts()).hasSize(TaskState.values().length).containsEntry(WAITING, 2);
    assertThat(summary.state()).isEqualTo(JobState.WAITING);
  }
}
