package dev.ringrift.core.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.core.NodeId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ExplainTest {
  private static final JobSpec SPEC =
      JobSpec.of("train", List.of("true"))
          .withResources(new Resources(1, 24, 0, 0, 0, "", Map.of()));
  private static final Capacity GPU =
      new Capacity(1, 8, 1, 1, List.of(new Gpu(0, "RTX 4090", 24_564)), "", Map.of());
  private static final Capacity CPU = new Capacity(2, 8, 1, 1, List.of(), "", Map.of());

  private final TaskId id = new TaskId(7, 0);

  private static Explain.Look look(String node, Capacity capacity, boolean taken, String why) {
    NodeRoom room = new NodeRoom(capacity);
    if (taken) {
      room.take(SPEC.resources(), List.of(0));
    }
    return new Explain.Look(node, capacity, room, why, "");
  }

  private static String text(
      Task task, JobSpec spec, List<Long> unmet, int ahead, Explain.Look... nodes) {
    return Explain.lines(task, spec, unmet, ahead, 10_000, List.of(nodes)).stream()
        .map(line -> line.subject() + ": " + line.text())
        .collect(Collectors.joining("\n"));
  }

  @Test
  void aWaitingTaskIsExplainedNodeByNode() {
    String text =
        text(
            Task.submitted(id, 0),
            SPEC,
            List.of(),
            3,
            look("busy", GPU, true, ""),
            look("cpu", CPU, false, ""),
            look("drained", GPU, false, "it is drained (repair)"),
            look("free", GPU, false, ""));
    assertThat(text)
        .isEqualTo(
            """
            task 7.0: is waiting
            busy: would fit, but not now: all 1 slots are taken
            cpu: does not fit: it has 0 GPUs, 1 wanted
            drained: would fit, but takes no tasks now: it is drained (repair)
            free: fits: it is placed when its turn comes
            task 7.0: 3 waiting tasks come before it""");
  }

  @Test
  void oneTaskThatComesBeforeItIsOne() {
    assertThat(text(Task.submitted(id, 0), SPEC, List.of(), 1, look("free", GPU, false, "")))
        .endsWith("task 7.0: 1 waiting task comes before it");
  }

  @Test
  void aTaskThatIsTooBigForEveryNodeIsToldSoFirst() {
    assertThat(text(Task.submitted(id, 0), SPEC, List.of(), 3, look("cpu", CPU, false, "")))
        .isEqualTo(
            """
            task 7.0: is waiting
            task 7.0: no node of the cluster is big enough for it, even when idle
            cpu: does not fit: it has 0 GPUs, 1 wanted""");
  }

  @Test
  void dependenciesAndBackoffAreNamed() {
    JobSpec spec = SPEC.withRetry(new JobSpec.Retry(3, Set.of(), Duration.ofSeconds(90)));
    Task task = TaskRules.placed(Task.submitted(id, 0), new NodeId("w1"), List.of(0), 1);
    Attempt failed = task.attempts().getFirst().moved(AttemptState.FAILED, 1, "", 1, 2);
    task = TaskRules.reported(task, spec, 1, failed, false, 2_000);
    assertThat(text(task, spec, List.of(3L, 5L), 0, look("free", GPU, false, "")))
        .isEqualTo(
            """
            task 7.0: is waiting: attempt 1 failed (exit code 1), tried again
            job 3: must succeed first
            job 5: must succeed first
            task 7.0: its next attempt begins in 82 s (backoff)
            free: fits: it is placed when its turn comes""");
  }

  @Test
  void anExclusiveTaskWaitsForWhatMayStillRun() {
    JobSpec spec = SPEC.withDisconnect(new JobSpec.Disconnect(Duration.ofMinutes(5), true));
    Task task = TaskRules.placed(Task.submitted(id, 0), new NodeId("w1"), List.of(0), 1);
    task = TaskRules.silent(task, 1, "w1 has been silent for 300 s", 2);
    assertThat(text(task, spec, List.of(), 0, look("w1", GPU, true, "it is unknown (silent)")))
        .isEqualTo(
            """
            task 7.0: is waiting: w1 has been silent for 300 s
            task 7.0: it is exclusive, and an attempt may still be running
            w1: would fit, but takes no tasks now: it is unknown (silent)""");
  }

  @Test
  void aTaskWhoseTriesAreUsedUpSaysThatASilentAttemptMaySucceed() {
    Task task = TaskRules.placed(Task.submitted(id, 0), new NodeId("w1"), List.of(0), 1);
    task = TaskRules.silent(task, 1, "w1 has been silent for 300 s", 2);
    task = TaskRules.placed(task, new NodeId("w2"), List.of(0), 3);
    Attempt failed = task.attempts().get(1).moved(AttemptState.FAILED, 1, "", 1, 2);
    task = TaskRules.reported(task, SPEC, 2, failed, false, 4);
    assertThat(text(task, SPEC, List.of(), 0, look("w2", GPU, false, "")))
        .startsWith(
            """
            task 7.0: is waiting: attempt 2 failed (exit code 1), a silent one may yet succeed
            task 7.0: its tries are used up; a silent attempt may yet succeed
            """);
  }

  @Test
  void aTaskThatHasEndedSaysHow() {
    Task placed = TaskRules.placed(Task.submitted(id, 0), new NodeId("w1"), List.of(0), 1);
    Attempt attempt = placed.attempts().getFirst();
    Attempt well = attempt.moved(AttemptState.SUCCEEDED, 0, "", 1, 2);
    assertThat(text(TaskRules.reported(placed, SPEC, 1, well, true, 2), SPEC, List.of(), 0))
        .startsWith("task 7.0: has succeeded: attempt 7.0.1 on w1, exit code 0\n");
    Attempt ill = attempt.moved(AttemptState.FAILED, 3, "", 1, 2);
    assertThat(text(TaskRules.reported(placed, SPEC, 1, ill, true, 2), SPEC, List.of(), 0))
        .startsWith("task 7.0: has failed: exit code 3\n");
    Task silent = TaskRules.silent(placed, 1, "w1 is silent", 2);
    assertThat(text(TaskRules.cancelled(silent, "unwanted", 3), SPEC, List.of(), 0))
        .isEqualTo(
            """
            task 7.0: was cancelled: unwanted
            attempt 7.0.1: silent on w1, to be ended when it is heard: unwanted""");
  }

  @Test
  void aTaskThatIsPlacedShowsItsAttempts() {
    Task task = TaskRules.placed(Task.submitted(id, 0), new NodeId("w1"), List.of(0), 1);
    task = TaskRules.lost(task, SPEC, 1, "w1 is gone", 2);
    task = TaskRules.placed(task, new NodeId("w2"), List.of(0), 3);
    task = TaskRules.cancelled(task, "no longer wanted", 4);
    assertThat(text(task, SPEC, List.of(), 0))
        .isEqualTo(
            """
            task 7.0: is placed, and is being cancelled: no longer wanted
            attempt 7.0.1: lost on w1: w1 is gone
            attempt 7.0.2: placed on w2, to be ended: no longer wanted""");
  }

  @Test
  void aNodeThatRefusesWorkIsExplainedByItsOwnReason() {
    Task task = Task.submitted(id, 0);
    String full = "the disk is full";
    Explain.Look closed = new Explain.Look("w1", GPU, new NodeRoom(GPU), "", full);
    assertThat(text(task, SPEC, List.of(), 0, closed))
        .contains("w1: would fit, but takes no tasks now: the disk is full");
    Explain.Look unknown =
        new Explain.Look("w1", Capacity.NONE, new NodeRoom(Capacity.NONE), "", "not known yet");
    assertThat(text(task, SPEC, List.of(), 0, unknown))
        .contains("w1: takes no tasks now: not known yet")
        .doesNotContain("big enough");
  }
}
