package dev.ringrift.core.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.core.NodeId;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TaskRulesTest {
  private static final JobSpec ONCE = JobSpec.of("job", List.of("true"));
  private static final JobSpec THRICE =
      ONCE.withRetry(new JobSpec.Retry(3, Set.of(), Duration.ofSeconds(10)));
  private static final JobSpec EXCLUSIVE =
      ONCE.withDisconnect(new JobSpec.Disconnect(Duration.ofMinutes(5), true));

  private final TaskId id = new TaskId(1, 0);
  private Task task = Task.submitted(id, 0);
  private JobSpec spec = ONCE;
  private long now = 1_000;

  private void place() {
    assertThat(TaskRules.placeable(task, spec)).isTrue();
    task = TaskRules.placed(task, new NodeId("w" + task.attempts().size()), List.of(), ++now);
  }

  private void report(int number, AttemptState state, int exitCode) {
    report(number, state, exitCode, true);
  }

  private void report(int number, AttemptState state, int exitCode, boolean room) {
    Attempt news = task.attempts().get(number - 1).moved(state, exitCode, "", 5, 6);
    task = TaskRules.reported(task, spec, number, news, room, ++now);
  }

  private void silence(int number) {
    task = TaskRules.silent(task, number, "w is silent", ++now);
  }

  private void lose(int number) {
    task = TaskRules.lost(task, spec, number, "w is gone", ++now);
  }

  private AttemptState state(int number) {
    return task.attempts().get(number - 1).state();
  }

  @Test
  void anAttemptGoesThroughItsLifeAndItsSuccessIsTheResult() {
    place();
    assertThat(task.state()).isEqualTo(TaskState.PLACED);
    report(1, AttemptState.PREPARING, 0);
    assertThat(task.state()).isEqualTo(TaskState.PREPARING);
    report(1, AttemptState.RUNNING, 0);
    assertThat(task.state()).isEqualTo(TaskState.RUNNING);
    report(1, AttemptState.SUCCEEDED, 0);
    assertThat(task.state()).isEqualTo(TaskState.SUCCEEDED);
    assertThat(task.committed()).isEqualTo(1);
  }

  @Test
  void aReportThatComesTwiceOrLateChangesNothing() {
    place();
    report(1, AttemptState.RUNNING, 0);
    Task before = task;
    report(1, AttemptState.RUNNING, 0);
    report(1, AttemptState.PREPARING, 0);
    assertThat(task).isSameAs(before);
    report(1, AttemptState.SUCCEEDED, 0);
    Task done = task;
    report(1, AttemptState.FAILED, 1);
    report(1, AttemptState.RUNNING, 0);
    assertThat(task).isSameAs(done);
  }

  @Test
  void onlyOneAttemptIsPlacedAtATime() {
    place();
    assertThat(TaskRules.placeable(task, spec)).isFalse();
  }

  @Test
  void silenceAllowsAnotherAttemptAndEndsNothing() {
    place();
    report(1, AttemptState.RUNNING, 0);
    silence(1);
    assertThat(task.state()).isEqualTo(TaskState.WAITING);
    assertThat(state(1)).isEqualTo(AttemptState.RUNNING);
    assertThat(task.attempts().getFirst().stopReason()).isEmpty();
    place();
    assertThat(task.attempts()).hasSize(2).allMatch(Attempt::live);
  }

  @Test
  void silenceAllowsNoOtherAttemptOfAnExclusiveTask() {
    spec = EXCLUSIVE;
    place();
    report(1, AttemptState.RUNNING, 0);
    silence(1);
    assertThat(task.state()).isEqualTo(TaskState.WAITING);
    assertThat(TaskRules.placeable(task, spec)).isFalse();
    lose(1);
    assertThat(TaskRules.placeable(task, spec)).isTrue();
  }

  @Test
  void theFirstSuccessWinsAndTheOthersAreToldToEnd() {
    place();
    silence(1);
    place();
    report(1, AttemptState.SUCCEEDED, 0);
    assertThat(task.committed()).isEqualTo(1);
    assertThat(task.attempts().get(1).stopReason()).isEqualTo("attempt 1 succeeded first");
    report(2, AttemptState.SUCCEEDED, 0);
    assertThat(task.committed()).isEqualTo(1);
    assertThat(task.state()).isEqualTo(TaskState.SUCCEEDED);
    assertThat(state(2)).isEqualTo(AttemptState.SUCCEEDED);
  }

  @Test
  void aFailureIsNoneWhileAnotherAttemptLives() {
    place();
    silence(1);
    place();
    task = TaskRules.heard(task, 1, ++now);
    report(1, AttemptState.RUNNING, 0);
    report(2, AttemptState.FAILED, 1);
    assertThat(task.failures()).isZero();
    assertThat(task.state()).isEqualTo(TaskState.RUNNING);
    report(1, AttemptState.SUCCEEDED, 0);
    assertThat(task.state()).isEqualTo(TaskState.SUCCEEDED);
    assertThat(task.committed()).isEqualTo(1);
  }

  @Test
  void aFailureBesideASilentAttemptCostsATryAndDoesNotFailTheTask() {
    place();
    silence(1);
    place();
    report(2, AttemptState.FAILED, 7);
    assertThat(task.state()).isEqualTo(TaskState.WAITING);
    assertThat(task.reason())
        .isEqualTo("attempt 2 failed (exit code 7), a silent one may yet succeed");
    assertThat(TaskRules.placeable(task, spec)).as("started again without end").isFalse();
    report(1, AttemptState.SUCCEEDED, 0);
    assertThat(task.state()).isEqualTo(TaskState.SUCCEEDED);
  }

  @Test
  void aTaskWhoseTriesAreUsedUpFailsWhenItsLastSilentAttemptIsLost() {
    place();
    silence(1);
    place();
    report(2, AttemptState.FAILED, 7);
    lose(1);
    assertThat(task.state()).isEqualTo(TaskState.FAILED);
    assertThat(task.reason()).isEqualTo("exit code 7");
  }

  @Test
  void aFailureBesideASilentAttemptIsTriedAgainAfterTheBackoff() {
    spec = THRICE;
    place();
    silence(1);
    place();
    report(2, AttemptState.FAILED, 7);
    assertThat(TaskRules.placeable(task, spec)).isTrue();
    assertThat(task.notBeforeMillis()).isEqualTo(now + 10_000);
  }

  @Test
  void failuresAreTriedAgainWithADoublingBackoffUntilTheTriesAreUsedUp() {
    spec = THRICE;
    place();
    report(1, AttemptState.FAILED, 1);
    assertThat(task.state()).isEqualTo(TaskState.WAITING);
    assertThat(task.reason()).isEqualTo("attempt 1 failed (exit code 1), tried again");
    assertThat(task.notBeforeMillis()).isEqualTo(now + 10_000);
    place();
    report(2, AttemptState.FAILED, 1);
    assertThat(task.notBeforeMillis()).isEqualTo(now + 20_000);
    place();
    report(3, AttemptState.FAILED, 1);
    assertThat(task.state()).isEqualTo(TaskState.FAILED);
    assertThat(task.failures()).isEqualTo(3);
  }

  @Test
  void onlyTheNamedExitCodesAreTriedAgain() {
    spec = ONCE.withRetry(new JobSpec.Retry(5, Set.of(75), Duration.ZERO));
    place();
    report(1, AttemptState.FAILED, 75);
    assertThat(task.state()).isEqualTo(TaskState.WAITING);
    place();
    report(2, AttemptState.FAILED, 1);
    assertThat(task.state()).isEqualTo(TaskState.FAILED);
  }

  @Test
  void aBackoffOfAnyLengthIsCutToAnHour() {
    spec = ONCE.withRetry(new JobSpec.Retry(100, Set.of(), Duration.ofSeconds(Long.MAX_VALUE)));
    place();
    report(1, AttemptState.FAILED, 1);
    assertThat(task.notBeforeMillis()).isEqualTo(now + 3_600_000);
    spec = ONCE.withRetry(new JobSpec.Retry(100, Set.of(), Duration.ofMinutes(59)));
    for (int number = 2; number <= 60; number++) {
      place();
      report(number, AttemptState.FAILED, 1);
      assertThat(task.notBeforeMillis() - now).isBetween(59 * 60_000L, 3_600_000L);
    }
  }

  @Test
  void aLostMachineCostsNoTryButTenAreEnough() {
    for (int number = 1; number <= TaskRules.LOSSES_MAX; number++) {
      place();
      lose(number);
      assertThat(task.state()).isEqualTo(TaskState.WAITING);
      assertThat(task.failures()).isZero();
    }
    place();
    lose(TaskRules.LOSSES_MAX + 1);
    assertThat(task.state()).isEqualTo(TaskState.LOST);
    assertThat(task.reason()).isEqualTo("11 machines were lost under it, last: w is gone");
  }

  @Test
  void machinesLostBesideASilentAttemptEndThePlacingToo() {
    place();
    silence(1);
    for (int number = 2; number <= TaskRules.LOSSES_MAX + 2; number++) {
      place();
      lose(number);
    }
    assertThat(TaskRules.placeable(task, spec)).isFalse();
    assertThat(task.state()).isEqualTo(TaskState.WAITING);
    lose(1);
    assertThat(task.state()).isEqualTo(TaskState.LOST);
  }

  @Test
  void aSilentAttemptThatIsHeardCountsAgain() {
    place();
    report(1, AttemptState.RUNNING, 0);
    silence(1);
    report(1, AttemptState.RUNNING, 0);
    assertThat(task.state()).isEqualTo(TaskState.RUNNING);
    assertThat(TaskRules.placeable(task, spec)).isFalse();
  }

  @Test
  void aSilentAttemptThatGotFurtherCountsAgain() {
    place();
    silence(1);
    report(1, AttemptState.RUNNING, 0);
    assertThat(task.attempts().getFirst().silent()).isFalse();
    assertThat(task.state()).isEqualTo(TaskState.RUNNING);
  }

  @Test
  void cancellingWaitsForWhatLivesAndEndsWithIt() {
    place();
    report(1, AttemptState.RUNNING, 0);
    task = TaskRules.cancelled(task, "no longer wanted", ++now);
    assertThat(task.state()).isEqualTo(TaskState.RUNNING);
    assertThat(task.attempts().getFirst().stopReason()).isEqualTo("no longer wanted");
    assertThat(TaskRules.cancelled(task, "no longer wanted", ++now)).isEqualTo(task);
    report(1, AttemptState.FAILED, 143);
    assertThat(state(1)).isEqualTo(AttemptState.CANCELLED);
    assertThat(task.state()).isEqualTo(TaskState.CANCELLED);
    assertThat(task.reason()).isEqualTo("no longer wanted");
  }

  @Test
  void cancellingDoesNotWaitForSilentAttemptsAndTheirSuccessComesTooLate() {
    place();
    silence(1);
    task = TaskRules.cancelled(task, "no longer wanted", ++now);
    assertThat(task.state()).isEqualTo(TaskState.CANCELLED);
    assertThat(task.attempts().getFirst().stopReason()).isEqualTo("no longer wanted");
    assertThat(task.attempts().getFirst().live()).isTrue();
    report(1, AttemptState.SUCCEEDED, 0);
    assertThat(task.state()).isEqualTo(TaskState.CANCELLED);
    assertThat(task.committed()).isZero();
  }

  @Test
  void aCancelledTaskEndsWithTheLastAttemptThatIsHeard() {
    place();
    silence(1);
    place();
    task = TaskRules.cancelled(task, "no longer wanted", ++now);
    assertThat(TaskRules.placeable(task, spec)).isFalse();
    Task waits = task;
    report(2, AttemptState.CANCELLED, 143);
    assertThat(task.state()).isEqualTo(TaskState.CANCELLED);
    task = waits;
    report(2, AttemptState.FAILED, 1);
    assertThat(task.state()).isEqualTo(TaskState.CANCELLED);
    task = waits;
    lose(2);
    assertThat(task.state()).isEqualTo(TaskState.CANCELLED);
    task = waits;
    silence(2);
    assertThat(task.state()).isEqualTo(TaskState.CANCELLED);
    assertThat(task.reason()).isEqualTo("no longer wanted");
  }

  @Test
  void aSuccessThatWasFasterThanItsCancellingCounts() {
    place();
    task = TaskRules.cancelled(task, "no longer wanted", ++now);
    report(1, AttemptState.SUCCEEDED, 0);
    assertThat(task.state()).isEqualTo(TaskState.SUCCEEDED);
    assertThat(task.cancelWanted()).isFalse();
  }

  @Test
  void cancellingWhatWaitsEndsItAtOnceAndWhatEndedStays() {
    task = TaskRules.cancelled(task, "no longer wanted", ++now);
    assertThat(task.state()).isEqualTo(TaskState.CANCELLED);
    assertThat(TaskRules.cancelled(task, "again", ++now)).isSameAs(task);
  }

  @Test
  void retryStartsTheCountsAnewAndKeepsTheNumbers() {
    place();
    report(1, AttemptState.FAILED, 1);
    task = TaskRules.retried(task, ++now);
    assertThat(task.state()).isEqualTo(TaskState.WAITING);
    assertThat(task.failures()).isZero();
    place();
    assertThat(task.attempts()).extracting(Attempt::number).containsExactly(1, 2);
    assertThat(TaskRules.retried(task, ++now)).as("it has not ended").isSameAs(task);
    report(2, AttemptState.SUCCEEDED, 0);
    assertThat(TaskRules.retried(task, ++now)).as("it has its result").isSameAs(task);
  }

  @Test
  void aTaskIsNotTriedWithoutEnd() {
    for (int number = 1; number <= TaskRules.ATTEMPTS_MAX; number++) {
      place();
      report(number, AttemptState.FAILED, 1);
      task = TaskRules.retried(task, ++now);
    }
    assertThat(task.state()).isEqualTo(TaskState.FAILED);
  }

  @Test
  void aLostAttemptThatComesBackIsRevivedWhereThereIsRoom() {
    place();
    report(1, AttemptState.RUNNING, 0);
    lose(1);
    Task lost = task;
    report(1, AttemptState.RUNNING, 0, false);
    assertThat(task).isSameAs(lost);
    report(1, AttemptState.RUNNING, 0, true);
    assertThat(task.state()).isEqualTo(TaskState.RUNNING);
  }

  @Test
  void theLateSuccessOfALostAttemptCounts() {
    place();
    lose(1);
    place();
    report(1, AttemptState.SUCCEEDED, 0, false);
    assertThat(task.committed()).isEqualTo(1);
    assertThat(task.attempts().get(1).stopReason()).isEqualTo("attempt 1 succeeded first");
  }

  @Test
  void aLostAttemptOfAnExclusiveTaskNeverLivesAgain() {
    spec = EXCLUSIVE;
    place();
    report(1, AttemptState.RUNNING, 0);
    lose(1);
    report(1, AttemptState.RUNNING, 0);
    assertThat(state(1)).isEqualTo(AttemptState.LOST);
    place();
    report(1, AttemptState.SUCCEEDED, 0);
    assertThat(task.committed()).as("another was promised in its place").isZero();
  }

  @Test
  void aLostAttemptThatWasToEndIsNotRevived() {
    place();
    task = TaskRules.cancelled(task, "no longer wanted", ++now);
    lose(1);
    task = TaskRules.retried(task, ++now);
    report(1, AttemptState.RUNNING, 0);
    assertThat(state(1)).isEqualTo(AttemptState.LOST);
  }
}
