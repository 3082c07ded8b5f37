package dev.ringrift.core.ledger;

import static dev.ringrift.core.ledger.TestCluster.EXCLUSIVE;
import static dev.ringrift.core.ledger.TestCluster.SPEC;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.core.NodeId;
import dev.ringrift.core.Role;
import dev.ringrift.core.jobs.AttemptId;
import dev.ringrift.core.jobs.AttemptState;
import dev.ringrift.core.jobs.JobSpec;
import dev.ringrift.core.jobs.Resources;
import dev.ringrift.core.jobs.TaskId;
import dev.ringrift.core.jobs.TaskState;
import dev.ringrift.io.json.Json;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ClusterStateTest {
  private final TestCluster cluster = new TestCluster();
  private final AttemptId first = AttemptId.of(1, 0, 1);

  private ClusterState state() {
    return cluster.state;
  }

  private static Resources gpus(int count, double vramGb) {
    return new Resources(count, vramGb, 0, 0, 0, "", Map.of());
  }

  @Test
  void aSubmitThatComesTwiceGivesTheSameJob() {
    Command.Submit submit = new Command.Submit("k", SPEC.withCount(3), "me", 5);
    assertThat(cluster.apply(submit)).isEqualTo(new Outcome.Done(1));
    assertThat(cluster.apply(submit)).isEqualTo(new Outcome.Done(1));
    assertThat(state().tasksOf(1)).hasSize(3);
    assertThat(state().counts()).isEqualTo(Map.of(TaskState.WAITING, 3));
  }

  @Test
  void anEventSaysHowManyTasksWereSubmitted() {
    long before = state().eventsAfter(0, 100).getLast().seq();
    cluster.submit(SPEC);
    cluster.submit(SPEC.withCount(2));
    assertThat(state().eventsAfter(before, 100))
        .extracting(Event::text)
        .containsExactly("job submitted by me, 1 task", "job submitted by me, 2 tasks");
  }

  @Test
  void commandsOfAnotherTermAreRefusedAndChangeNothing() {
    NodeId worker = cluster.node("w1", 4);
    cluster.submit(SPEC);
    cluster.done(new Command.Lead(3, new NodeId("v2"), 5));
    ClusterState.Image before = state().image();
    Command.Placing placing = new Command.Placing(first, worker, List.of());
    for (long term : List.of(1L, 2L, 4L)) {
      assertThat(cluster.apply(new Command.Place(term, List.of(placing), 5)))
          .isInstanceOf(Outcome.Rejected.class);
    }
    assertThat(cluster.apply(new Command.Lead(2, new NodeId("v1"), 5)))
        .isEqualTo(new Outcome.Rejected("term 3 has begun"));
    assertThat(state().image()).isEqualTo(before);
  }

  @Test
  void slotsAreNeverReservedTwice() {
    NodeId worker = cluster.node("w1", 2);
    cluster.submit(SPEC.withCount(3));
    assertThat(cluster.place(1, 0, worker)).isTrue();
    assertThat(cluster.place(1, 1, worker)).isTrue();
    assertThat(cluster.place(1, 2, worker)).isFalse();
    assertThat(state().liveOn(worker)).hasSize(2);
  }

  @Test
  void gpusAreNeverReservedTwiceAndMustBeThoseAskedFor() {
    NodeId worker = cluster.node("w1", 9, 32_607, 24_576);
    cluster.submit(SPEC.withCount(5).withResources(gpus(1, 32)));
    assertThat(cluster.place(1, 0, worker)).as("too few").isFalse();
    assertThat(cluster.place(1, 0, worker, 1)).as("too small").isFalse();
    assertThat(cluster.place(1, 0, worker, 2)).as("not there").isFalse();
    assertThat(cluster.place(1, 0, worker, 0, 1)).as("too many").isFalse();
    assertThat(cluster.place(1, 0, worker, 0)).isTrue();
    assertThat(cluster.place(1, 1, worker, 0)).as("taken").isFalse();
    cluster.submit(SPEC.withResources(gpus(2, 0)));
    assertThat(cluster.place(2, 0, worker, 1, 1)).as("one twice").isFalse();
  }

  @Test
  void memoryAndProcessorsAreNotExceeded() {
    NodeId worker = cluster.node("w1", 9);
    cluster.submit(SPEC.withCount(3).withResources(new Resources(0, 0, 3, 0, 0, "", Map.of())));
    assertThat(cluster.place(1, 0, worker)).isTrue();
    assertThat(cluster.place(1, 1, worker)).isTrue();
    assertThat(cluster.place(1, 2, worker)).as("9 of 8 cpus").isFalse();
    cluster.submit(SPEC.withResources(new Resources(0, 0, 0, 64, 0, "", Map.of())));
    assertThat(cluster.place(2, 0, worker)).as("64 of 33 GB").isFalse();
  }

  @Test
  void anAttemptNumberIsUsedOnce() {
    NodeId worker = cluster.node("w1", 2);
    cluster.submit(SPEC);
    assertThat(cluster.place(AttemptId.of(1, 0, 2), worker)).isFalse();
    assertThat(cluster.place(first, worker)).isTrue();
    cluster.step(new Command.Step.Lost(first, "gone"));
    assertThat(cluster.place(first, worker)).isFalse();
    assertThat(cluster.place(AttemptId.of(1, 0, 2), worker)).isTrue();
  }

  @Test
  void aReportOfAnotherNodeIsNotBelieved() {
    NodeId worker = cluster.node("w1", 2);
    NodeId other = cluster.node("w2", 2);
    cluster.submit(SPEC);
    cluster.place(1, 0, worker);
    cluster.step(
        new Command.Step.Reported(first, other, AttemptState.SUCCEEDED, 0, "", now(), now()));
    assertThat(cluster.task(1, 0).state()).isEqualTo(TaskState.PLACED);
  }

  private long now() {
    return cluster.now;
  }

  @Test
  void theFirstSuccessWinsAndItsSlotAndThatOfTheOtherAreFreedInTheEnd() {
    NodeId worker = cluster.node("w1", 1);
    NodeId other = cluster.node("w2", 1);
    cluster.submit(SPEC);
    cluster.place(1, 0, worker);
    cluster.step(new Command.Step.Silent(first, "silent"));
    assertThat(cluster.waiting()).containsExactly(new TaskId(1, 0));
    assertThat(cluster.place(1, 0, other)).isTrue();
    cluster.report(first, AttemptState.SUCCEEDED, 0);
    assertThat(cluster.task(1, 0).committed()).isEqualTo(1);
    assertThat(state().liveOn(worker)).isEmpty();
    assertThat(state().liveOn(other)).as("it holds its slot until it has ended").hasSize(1);
    cluster.finish(1, 0, AttemptState.SUCCEEDED, 0);
    assertThat(state().liveOn(other)).isEmpty();
    assertThat(cluster.task(1, 0).committed()).isEqualTo(1);
  }

  @Test
  void anExclusiveTaskNeverHasTwoLiveAttempts() {
    NodeId worker = cluster.node("w1", 1);
    NodeId other = cluster.node("w2", 1);
    cluster.submit(EXCLUSIVE);
    cluster.place(1, 0, worker);
    cluster.step(new Command.Step.Silent(first, "silent"));
    assertThat(cluster.waiting()).isEmpty();
    assertThat(cluster.place(1, 0, other)).isFalse();
    cluster.done(new Command.Say(worker, NodeRecord.Word.GONE, "the provider", now()));
    assertThat(cluster.place(1, 0, other)).as("its lease may still run").isFalse();
    cluster.step(new Command.Step.Lost(first, "its lease has run out"));
    assertThat(cluster.place(1, 0, other)).isTrue();
  }

  @Test
  void whatRanOnAMachineThatIsGoneIsPlacedAgainAtOnce() {
    NodeId worker = cluster.node("w1", 2);
    cluster.submit(SPEC);
    cluster.place(1, 0, worker);
    cluster.done(new Command.Say(worker, NodeRecord.Word.GONE, "the provider", now()));
    assertThat(cluster.attempt(first).state()).isEqualTo(AttemptState.LOST);
    assertThat(cluster.waiting()).containsExactly(new TaskId(1, 0));
    assertThat(cluster.place(1, 0, worker)).as("nothing is placed on it").isFalse();
  }

  @Test
  void whatRanOnAPausedMachineMayBePlacedAgainAndMayYetSucceed() {
    NodeId worker = cluster.node("w1", 2);
    cluster.submit(SPEC);
    cluster.place(1, 0, worker);
    cluster.done(new Command.Say(worker, NodeRecord.Word.PAUSED, "outbid", now()));
    assertThat(cluster.attempt(first).live()).isTrue();
    assertThat(cluster.waiting()).containsExactly(new TaskId(1, 0));
    cluster.report(first, AttemptState.SUCCEEDED, 0);
    assertThat(cluster.task(1, 0).state()).isEqualTo(TaskState.SUCCEEDED);
  }

  @Test
  void aDrainedNodeTakesNoTasksUntilItIsLetOnAgain() {
    NodeId worker = cluster.node("w1", 2);
    cluster.submit(SPEC);
    cluster.done(new Command.Drain(worker, "repair", now()));
    cluster.node("w1", 2);
    assertThat(cluster.place(1, 0, worker)).as("a new start of its agent lifts no drain").isFalse();
    cluster.done(new Command.Drain(worker, "", now()));
    assertThat(cluster.place(1, 0, worker)).isTrue();
  }

  @Test
  void aNodeIsRemovedOnlyWhenNothingLivesThereAndItIsNoVoter() {
    NodeId worker = cluster.node("w1", 2);
    NodeId voter = cluster.node("v1", 2);
    cluster.submit(SPEC);
    cluster.place(1, 0, worker);
    assertThat(cluster.apply(new Command.Remove(voter, 5))).isInstanceOf(Outcome.Rejected.class);
    assertThat(cluster.apply(new Command.Remove(worker, 5))).isInstanceOf(Outcome.Rejected.class);
    cluster.finish(1, 0, AttemptState.SUCCEEDED, 0);
    cluster.done(new Command.Remove(worker, 5));
    assertThat(state().nodes()).containsOnlyKeys(voter);
    assertThat(cluster.apply(new Command.Drain(worker, "x", 5)))
        .isEqualTo(new Outcome.Rejected("node w1 is not known"));
  }

  @Test
  void nodesAreBounded() {
    for (int i = 0; i < ClusterState.NODES_MAX; i++) {
      cluster.node("w" + i, 1);
    }
    Command.Register more =
        new Command.Register(
            1, new NodeId("more"), Role.WORKER, List.of(), TestCluster.capacity(1), "1", 1, 1, 5);
    assertThat(cluster.apply(more)).isInstanceOf(Outcome.Rejected.class);
    cluster.node("w7", 2);
  }

  @Test
  void theSameKeyGivesTheSameJobToItsOwnerOnly() {
    Command.Submit mine = new Command.Submit("nightly", SPEC, "ann", 5);
    long job = cluster.done(mine);
    assertThat(cluster.done(mine)).isEqualTo(job);
    assertThat(cluster.done(new Command.Submit("nightly", SPEC, "ben", 6))).isNotEqualTo(job);
    cluster.state = ClusterState.restore(state().image());
    assertThat(cluster.done(mine)).isEqualTo(job);
  }

  @Test
  void cancellingStopsWhatLivesAndEndsWhatWaits() {
    NodeId worker = cluster.node("w1", 1);
    cluster.submit(SPEC.withCount(2));
    cluster.place(1, 0, worker);
    cluster.cancel(1, 0);
    cluster.cancel(1, 1);
    assertThat(cluster.attempt(first).stopReason()).isEqualTo("no longer wanted");
    assertThat(cluster.task(1, 1).state()).isEqualTo(TaskState.CANCELLED);
    cluster.finish(1, 0, AttemptState.CANCELLED, 143);
    assertThat(state().counts(1)).isEqualTo(Map.of(TaskState.CANCELLED, 2));
  }

  @Test
  void aFailedTaskThatIsRetriedWaitsAgain() {
    NodeId worker = cluster.node("w1", 1);
    cluster.submit(SPEC);
    cluster.place(1, 0, worker);
    cluster.finish(1, 0, AttemptState.FAILED, 3);
    assertThat(cluster.task(1, 0).state()).isEqualTo(TaskState.FAILED);
    cluster.done(new Command.Retry(Set.of(new TaskId(1, 0)), now()));
    assertThat(cluster.waiting()).containsExactly(new TaskId(1, 0));
    assertThat(cluster.place(1, 0, worker)).isTrue();
  }

  @Test
  void aLateReportOfAMachineThatIsGoneBringsNothingBack() {
    NodeId worker = cluster.node("w1", 1);
    cluster.submit(SPEC);
    cluster.place(1, 0, worker);
    cluster.report(first, AttemptState.RUNNING, 0);
    cluster.done(new Command.Say(worker, NodeRecord.Word.GONE, "the provider", cluster.tick()));
    cluster.report(first, AttemptState.RUNNING, 0);
    assertThat(cluster.attempt(first).state()).isEqualTo(AttemptState.LOST);
    assertThat(state().liveOn(worker)).isEmpty();

    cluster.node("w1", 1);
    cluster.report(first, AttemptState.RUNNING, 0);
    assertThat(cluster.attempt(first).state()).isEqualTo(AttemptState.RUNNING);
  }

  @Test
  void aTaskInItsBackoffDoesNotWait() {
    NodeId worker = cluster.node("w1", 1);
    cluster.submit(SPEC.withRetry(new JobSpec.Retry(2, Set.of(), Duration.ofMinutes(1))));
    cluster.place(1, 0, worker);
    cluster.finish(1, 0, AttemptState.FAILED, 3);
    assertThat(cluster.waiting()).isEmpty();
    cluster.now += 60_000;
    assertThat(cluster.waiting()).containsExactly(new TaskId(1, 0));
  }

  @Test
  void tasksWaitInTheOrderOfPriorityThenOfTheirSubmit() {
    cluster.submit(SPEC);
    cluster.submit(SPEC.withPriority(5));
    cluster.submit(SPEC.withPriority(-1));
    cluster.submit(SPEC.withPriority(5).withCount(2));
    assertThat(cluster.waiting())
        .extracting(TaskId::toString)
        .containsExactly("2.0", "4.0", "4.1", "1.0", "3.0");
  }

  @Test
  void aJobStartsWhenAllThatItComesAfterHasSucceeded() {
    NodeId worker = cluster.node("w1", 9);
    long before = cluster.submit(SPEC.withCount(2));
    long after = cluster.submit(SPEC.withAfter(Set.of(before)));
    cluster.place(before, 0, worker);
    cluster.place(before, 1, worker);
    cluster.finish(before, 0, AttemptState.SUCCEEDED, 0);
    assertThat(cluster.waiting()).isEmpty();
    assertThat(cluster.place(after, 0, worker)).isFalse();
    cluster.finish(before, 1, AttemptState.SUCCEEDED, 0);
    assertThat(cluster.waiting()).containsExactly(new TaskId(after, 0));
    assertThat(cluster.place(after, 0, worker)).isTrue();
  }

  @Test
  void whatComesAfterAFailedJobIsCancelledAndWhatComesAfterThatToo() {
    NodeId worker = cluster.node("w1", 9);
    long before = cluster.submit(SPEC.withCount(2));
    long after = cluster.submit(SPEC.withAfter(Set.of(before)));
    long last = cluster.submit(SPEC.withAfter(Set.of(after)));
    cluster.place(before, 0, worker);
    cluster.finish(before, 0, AttemptState.FAILED, 1);
    assertThat(cluster.task(after, 0).state()).isEqualTo(TaskState.WAITING);
    cluster.cancel(before, 1);
    assertThat(cluster.task(after, 0).reason())
        .isEqualTo("job 1, which it comes after, did not succeed");
    assertThat(cluster.task(last, 0).reason())
        .isEqualTo("job 2, which it comes after, did not succeed");
    long late = cluster.submit(SPEC.withAfter(Set.of(before)));
    assertThat(cluster.task(late, 0).state()).isEqualTo(TaskState.CANCELLED);
  }

  @Test
  void theReasonOfACancelledJobDoesNotDependOnTheOrderOfAHash() {
    Set<Long> failed = new java.util.TreeSet<>();
    for (int i = 0; i < 30; i++) {
      long job = cluster.submit(SPEC);
      cluster.cancel(job, 0);
      failed.add(job);
    }
    long late = cluster.submit(SPEC.withAfter(failed));
    assertThat(cluster.task(late, 0).reason())
        .isEqualTo("job 1, which it comes after, did not succeed");
  }

  @Test
  void aChainOfJobsLongerThanTheStackIsCancelledWhole() {
    long last = cluster.submit(SPEC);
    for (int i = 0; i < 20_000; i++) {
      last = cluster.submit(SPEC.withAfter(Set.of(last)));
    }
    cluster.cancel(1, 0);
    assertThat(state().counts()).isEqualTo(Map.of(TaskState.CANCELLED, 20_001));
  }

  @Test
  void aJobThatComesAfterOneThatIsNotKeptIsRefused() {
    assertThat(cluster.apply(new Command.Submit("k", SPEC.withAfter(Set.of(9L)), "me", 1)))
        .isEqualTo(new Outcome.Rejected("it comes after jobs that are not kept: [9]"));
  }

  @Test
  void endedJobsMakeRoomOldestFirstAndLiveOnesDoNot() {
    int full = JobTable.TASKS_MAX / JobSpec.COUNT_MAX;
    NodeId worker = cluster.node("w1", 9);
    long lives = cluster.submit(SPEC);
    long ended = cluster.submit(SPEC);
    cluster.cancel(ended, 0);
    for (int i = 0; i < full - 1; i++) {
      cluster.submit(SPEC.withCount(JobSpec.COUNT_MAX));
    }
    long rest = cluster.submit(SPEC.withCount(JobSpec.COUNT_MAX - 2));
    long more = cluster.submit(SPEC);
    assertThat(state().job(ended)).isEmpty();
    assertThat(state().task(new TaskId(ended, 0))).isEmpty();
    assertThat(state().job(lives)).isPresent();
    assertThat(state().jobs()).containsKeys(rest, more);
    assertThat(cluster.apply(new Command.Submit("k", SPEC, "me", 1)))
        .isInstanceOf(Outcome.Rejected.class);
    cluster.place(lives, 0, worker);
    cluster.finish(lives, 0, AttemptState.SUCCEEDED, 0);
    cluster.submit(SPEC);
    assertThat(state().job(lives)).isEmpty();
    assertThat(state().counts().values().stream().mapToInt(x -> x).sum())
        .isEqualTo(JobTable.TASKS_MAX);
  }

  @Test
  void anEndedJobIsKeptWhileAnAttemptOfItStillRuns() {
    NodeId worker = cluster.node("w1", 9);
    NodeId other = cluster.node("w2", 9);
    long ended = cluster.submit(SPEC);
    cluster.place(ended, 0, worker);
    cluster.step(new Command.Step.Silent(first, "silent"));
    cluster.place(ended, 0, other);
    cluster.finish(ended, 0, AttemptState.SUCCEEDED, 0);
    assertThat(state().liveOn(worker)).hasSize(1);
    for (int i = 1; i < JobTable.TASKS_MAX / JobSpec.COUNT_MAX; i++) {
      cluster.submit(SPEC.withCount(JobSpec.COUNT_MAX));
    }
    Command more = new Command.Submit("more", SPEC.withCount(JobSpec.COUNT_MAX), "me", now());
    assertThat(cluster.apply(more)).isInstanceOf(Outcome.Rejected.class);
    cluster.report(first, AttemptState.CANCELLED, 143);
    cluster.done(more);
    assertThat(state().job(ended)).isEmpty();
  }

  @Test
  void aFailedJobIsKeptAsLongAsAJobThatComesAfterIt() {
    long failed = cluster.submit(SPEC);
    long after = cluster.submit(SPEC.withAfter(Set.of(failed)));
    cluster.cancel(failed, 0);
    assertThat(cluster.task(after, 0).state()).isEqualTo(TaskState.CANCELLED);
    for (int i = 1; i < JobTable.TASKS_MAX / JobSpec.COUNT_MAX; i++) {
      cluster.submit(SPEC.withCount(JobSpec.COUNT_MAX));
    }
    cluster.submit(SPEC.withCount(JobSpec.COUNT_MAX - 2));
    cluster.submit(SPEC);
    assertThat(state().job(failed)).as("its dependent could be tried again").isPresent();
    assertThat(state().job(after)).isEmpty();
    cluster.submit(SPEC);
    assertThat(state().job(failed)).isEmpty();
  }

  @Test
  void eventsAreBoundedAndTheirNumbersGoOn() {
    for (int i = 0; i < EventLog.EVENTS_MAX + 100; i++) {
      cluster.done(new Command.Note(1, List.of(new Command.Line("node", "w", "line " + i)), now()));
    }
    List<Event> all = state().eventsAfter(0, Integer.MAX_VALUE);
    assertThat(all).hasSize(EventLog.EVENTS_MAX);
    assertThat(all.getLast().text()).isEqualTo("line " + (EventLog.EVENTS_MAX + 99));
    long last = all.getLast().seq();
    assertThat(all.getFirst().seq()).isEqualTo(last - EventLog.EVENTS_MAX + 1);
    assertThat(state().eventsAfter(last - 2, 10))
        .extracting(Event::seq)
        .containsExactly(last - 1, last);
    assertThat(state().eventsAfter(0, 3)).hasSize(3);
  }

  @Test
  void revokedCredentialsAreRememberedAndBounded() {
    for (int i = 0; i < ClusterState.REVOKED_MAX; i++) {
      cluster.done(new Command.Revoke("c" + i, "stolen", 5));
    }
    assertThat(cluster.apply(new Command.Revoke("more", "stolen", 5)))
        .isInstanceOf(Outcome.Rejected.class);
    assertThat(state().revoked("c7")).contains("stolen");
    assertThat(state().revoked("more")).isEmpty();
  }

  @Test
  void anImageGivesTheSameStateWhichGoesOnTheSame() {
    NodeId worker = cluster.node("w1", 3, 24_576);
    cluster.node("w2", 1);
    cluster.submit(SPEC.withCount(3));
    cluster.submit(EXCLUSIVE.withResources(gpus(1, 24)));
    cluster.submit(SPEC.withAfter(Set.of(1L)));
    cluster.place(1, 0, worker);
    cluster.place(2, 0, worker, 0);
    cluster.report(first, AttemptState.RUNNING, 0);
    cluster.cancel(1, 1);
    cluster.done(new Command.Revoke("c", "stolen", 5));
    cluster.done(new Command.RaiseEpoch(2, "recovered", 5));
    ClusterState.Image image = state().image();
    ClusterState.Image read = Json.read(Json.bytes(image), ClusterState.Image.class);
    assertThat(read).isEqualTo(image);
    ClusterState restored = ClusterState.restore(read);
    assertThat(restored.image()).isEqualTo(image);
    List<Command> further =
        List.of(
            new Command.Progress(
                1,
                List.of(
                    new Command.Step.Reported(first, worker, AttemptState.SUCCEEDED, 0, "", 1, 2)),
                now()),
            new Command.Place(
                1,
                List.of(
                    new Command.Placing(AttemptId.of(1, 2, 1), worker, List.of()),
                    new Command.Placing(AttemptId.of(3, 0, 1), worker, List.of())),
                now()),
            new Command.Progress(
                1,
                List.of(
                    new Command.Step.Reported(
                        AttemptId.of(1, 2, 1), worker, AttemptState.FAILED, 1, "", 1, 2)),
                now()),
            new Command.Submit("new", SPEC, "me", now()));
    for (Command command : further) {
      assertThat(restored.apply(command)).isEqualTo(state().apply(command));
      assertThat(restored.image()).isEqualTo(state().image());
    }
    assertThat(restored.counts()).isEqualTo(state().counts());
  }

  @Test
  void aClusterBeginsOnceAndItsEpochOnlyRises() {
    assertThat(cluster.apply(new Command.Found("d", "other", List.of(), 5)))
        .isInstanceOf(Outcome.Rejected.class);
    cluster.done(new Command.RaiseEpoch(4, "recovered", 5));
    assertThat(cluster.apply(new Command.RaiseEpoch(4, "again", 5)))
        .isInstanceOf(Outcome.Rejected.class);
    assertThat(state().epoch()).isEqualTo(4);
  }
}
