package dev.ringrift.core.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class TaskRulesBackoffTest {
  private static final JobSpec SPEC =
      JobSpec.of("job", List.of("true"))
          .withRetry(new JobSpec.Retry(5, Set.of(), Duration.ofSeconds(2)));

  @Test
  void aFailedTaskWaitsForItsBackoff() {
    Task task = failedTwice(1_000_000);
    assertThat(TaskRules.backoffLeftMillis(task, SPEC, 1_000_000)).isEqualTo(4_000);
    assertThat(TaskRules.backoffLeftMillis(task, SPEC, 1_003_999)).isEqualTo(1);
    assertThat(TaskRules.backoffLeftMillis(task, SPEC, 1_004_000)).isZero();
  }

  @Test
  void aLeaderWhoseWallClockIsAnHourBehindDoesNotWaitThatHour() {
    Task task = failedTwice(1_000_000);
    assertThat(TaskRules.backoffLeftMillis(task, SPEC, 1_000_000 - 3_600_000)).isZero();
  }

  private static Task failedTwice(long atMillis) {
    return new Task(
        new TaskId(1, 0),
        TaskState.WAITING,
        "",
        atMillis,
        2,
        0,
        atMillis + 4_000,
        0,
        false,
        List.of());
  }
}
