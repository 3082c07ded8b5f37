package dev.ringrift.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.agent.data.Collected;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.data.Content;
import dev.ringrift.core.data.DataName;
import dev.ringrift.core.data.ObjectId;
import dev.ringrift.core.data.RelativePath;
import dev.ringrift.core.jobs.AttemptId;
import dev.ringrift.core.jobs.AttemptState;
import dev.ringrift.core.jobs.JobFiles;
import dev.ringrift.core.ledger.ClusterSettings;
import dev.ringrift.core.ledger.Command;
import dev.ringrift.core.ledger.NodeRecord;
import dev.ringrift.core.ledger.TestCluster;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// One test for each row of the reconciler's table.
class ReconcilerTest {
  private static final Duration LEASE = Duration.ofSeconds(50);

  private final TestCluster cluster = new TestCluster();
  private final NodeId node = cluster.node("w1", 4);
  private final Map<AttemptId, Collected> collected = new HashMap<>();
  private final Reconciler reconciler = new Reconciler();
  private final AttemptId id = AttemptId.of(1, 0, 1);
  private final Set<AttemptId> refused = new HashSet<>();
  private boolean leaseOver;
  private boolean neverLeased;

  private void placed() {
    cluster.submit(TestCluster.SPEC);
    cluster.place(1, 0, node);
  }

  private void placedExclusive() {
    cluster.submit(TestCluster.EXCLUSIVE);
    cluster.place(1, 0, node);
  }

  private static AttemptReport report(AttemptId id, AttemptReport.State state) {
    return new AttemptReport(id, state, 0, "", 5, state.ended() ? 6 : 0);
  }

  private Reconciler.Result seen(AttemptReport.State state) {
    return reconcile(true, report(id, state));
  }

  private Reconciler.Result reconcile(boolean whole, AttemptReport... reports) {
    return reconciler.reconcile(
        cluster.state, node, List.of(reports), whole, refused, collected, leases());
  }

  private Reconciler.LeaseState leases() {
    return new Reconciler.LeaseState() {
      @Override
      public boolean over(AttemptId attempt) {
        return leaseOver;
      }

      @Override
      public boolean mayStart(AttemptId attempt) {
        return neverLeased || leaseOver;
      }
    };
  }

  /// What follows, in a word for each kind; asked twice, for it must be the same.
  private String says(AttemptReport... reports) {
    String once = words(reconcile(true, reports));
    assertThat(words(reconcile(true, reports))).isEqualTo(once);
    return once;
  }

  private static String words(Reconciler.Result result) {
    StringBuilder words = new StringBuilder();
    result.steps.forEach(
        step ->
            words
                .append(step.attempt())
                .append(
                    step instanceof Command.Step.Reported reported
                        ? " is " + reported.state().label()
                        : " " + step.getClass().getSimpleName().toLowerCase(java.util.Locale.ROOT))
                .append("; "));
    result.start.forEach(start -> words.append("start ").append(start.attempt()).append("; "));
    result.renew.forEach(order -> words.append("renew ").append(order.attempt()).append("; "));
    result.stop.forEach(
        stop ->
            words
                .append("stop ")
                .append(stop.attempt())
                .append(", ")
                .append(stop.reason())
                .append("; "));
    result.settled.forEach(settled -> words.append("forget ").append(settled).append("; "));
    return words.toString().trim();
  }

  @Test
  void placedAndNotKnownIsOrderedAgain() {
    placed();
    assertThat(says()).isEqualTo("start 1.0.1;");
    StartOrder order = reconcile(true).start.getFirst();
    assertThat(order.run()).containsExactly("true");
    assertThat(order.exclusive()).isFalse();
  }

  @Test
  void nothingIsConcludedFromWhatAReportThatIsNotWholeLeavesOut() {
    placed();
    assertThat(words(reconcile(false))).isEmpty();
    cluster.report(id, AttemptState.RUNNING, 0);
    assertThat(words(reconcile(false))).isEmpty();
  }

  @Test
  void furtherThanTheLedgerKnowsIsAStep() {
    placed();
    assertThat(says(report(id, AttemptReport.State.PREPARING))).isEqualTo("1.0.1 is preparing;");
    assertThat(says(report(id, AttemptReport.State.RUNNING))).isEqualTo("1.0.1 is running;");
    assertThat(says(report(id, AttemptReport.State.SUCCEEDED))).isEqualTo("1.0.1 is succeeded;");
    cluster.report(id, AttemptState.RUNNING, 0);
    assertThat(says(report(id, AttemptReport.State.RUNNING))).isEmpty();
    assertThat(says(report(id, AttemptReport.State.PREPARING))).as("late").isEmpty();
    assertThat(says(report(id, AttemptReport.State.FAILED))).isEqualTo("1.0.1 is failed;");
    assertThat(says(report(id, AttemptReport.State.LOST))).isEqualTo("1.0.1 is lost;");
  }

  @Test
  void runningAndNotKnownAnyMoreIsLost() {
    placed();
    cluster.report(id, AttemptState.RUNNING, 0);
    assertThat(says()).isEqualTo("1.0.1 lost;");
  }

  @Test
  void preparingAndForgottenByAnAgentThatBeganAnewGoesOnThere() {
    placed();
    cluster.report(id, AttemptState.PREPARING, 0);
    assertThat(says()).isEqualTo("start 1.0.1;");
    cluster.cancel(1, 0);
    assertThat(says()).isEqualTo("stop 1.0.1, no longer wanted;");
  }

  @Test
  void whatIsToBeStoppedIsToldSoUntilItHasEnded() {
    placed();
    cluster.report(id, AttemptState.RUNNING, 0);
    cluster.cancel(1, 0);
    assertThat(says(report(id, AttemptReport.State.RUNNING)))
        .isEqualTo("stop 1.0.1, no longer wanted;");
    assertThat(says(report(id, AttemptReport.State.CANCELLED))).isEqualTo("1.0.1 is cancelled;");
  }

  @Test
  void whatIsToBeStoppedBeforeItStartedIsStoppedAndNotStarted() {
    placed();
    cluster.cancel(1, 0);
    assertThat(says()).isEqualTo("stop 1.0.1, no longer wanted;");
  }

  @Test
  void endedAndEndedIsSettled() {
    placed();
    cluster.report(id, AttemptState.SUCCEEDED, 0);
    assertThat(says(report(id, AttemptReport.State.SUCCEEDED))).isEqualTo("forget 1.0.1;");
    assertThat(says()).isEmpty();
  }

  @Test
  void aResultIsNotForgottenBeforeItIsInTheLedger() {
    placed();
    assertThat(seen(AttemptReport.State.SUCCEEDED).settled).isEmpty();
  }

  @Test
  void lostAndAliveIsOfferedAndStoppedOnlyWhenRefused() {
    placed();
    cluster.report(id, AttemptState.RUNNING, 0);
    cluster.step(new Command.Step.Lost(id, "w1 is gone"));
    assertThat(says(report(id, AttemptReport.State.RUNNING))).isEqualTo("1.0.1 is running;");
    assertThat(seen(AttemptReport.State.RUNNING).offered).containsExactly(id);
    refused.add(id);
    assertThat(says(report(id, AttemptReport.State.RUNNING))).isEqualTo("stop 1.0.1, w1 is gone;");
  }

  @Test
  void lostAndSucceededIsOfferedAndSettledWhenRefused() {
    placed();
    cluster.step(new Command.Step.Lost(id, "w1 is gone"));
    assertThat(says(report(id, AttemptReport.State.SUCCEEDED))).isEqualTo("1.0.1 is succeeded;");
    refused.add(id);
    assertThat(says(report(id, AttemptReport.State.SUCCEEDED))).isEqualTo("forget 1.0.1;");
    assertThat(says(report(id, AttemptReport.State.FAILED))).isEqualTo("forget 1.0.1;");
  }

  @Test
  void lostAndFailedIsSettled() {
    placed();
    cluster.step(new Command.Step.Lost(id, "w1 is gone"));
    assertThat(says(report(id, AttemptReport.State.FAILED))).isEqualTo("forget 1.0.1;");
  }

  @Test
  void endedForTheClusterAndAliveIsStopped() {
    placed();
    cluster.report(id, AttemptState.FAILED, 1);
    assertThat(says(report(id, AttemptReport.State.RUNNING)))
        .isEqualTo("stop 1.0.1, it has ended for the cluster;");
  }

  @Test
  void whatTheLedgerDoesNotKnowIsForgottenWhenEndedAndElseLeftAlone() {
    AttemptId unknown = AttemptId.of(99, 0, 1);
    assertThat(says(report(unknown, AttemptReport.State.FAILED))).isEqualTo("forget 99.0.1;");
    assertThat(says(report(unknown, AttemptReport.State.RUNNING))).isEmpty();
  }

  @Test
  void anotherNodesAttemptIsNobodysHere() {
    placed();
    NodeId other = cluster.node("w2", 4);
    List<AttemptReport> claim = List.of(report(id, AttemptReport.State.SUCCEEDED));
    Reconciler.Result result =
        reconciler.reconcile(cluster.state, other, claim, true, refused, collected, leases());
    assertThat(words(result)).isEqualTo("forget 1.0.1;");
  }

  @Test
  void aSilentAttemptThatIsReportedIsHeardAgain() {
    placed();
    cluster.report(id, AttemptState.RUNNING, 0);
    cluster.step(new Command.Step.Silent(id, "silent"));
    assertThat(says(report(id, AttemptReport.State.RUNNING))).isEqualTo("1.0.1 is running;");
    reconcile(true, report(id, AttemptReport.State.RUNNING)).steps.forEach(cluster::step);
    assertThat(cluster.attempt(id).silent()).isFalse();
    assertThat(says(report(id, AttemptReport.State.RUNNING))).isEmpty();
  }

  @Test
  void anExclusiveAttemptIsOrderedOnAndOnSoThatItsLeaseGoesOn() {
    placedExclusive();
    cluster.report(id, AttemptState.RUNNING, 0);
    assertThat(says(report(id, AttemptReport.State.RUNNING))).isEqualTo("renew 1.0.1;");
    assertThat(seen(AttemptReport.State.RUNNING).renew.getFirst().lease())
        .isEqualTo(ClusterSettings.FIRST.lease());
    cluster.done(
        new Command.Configure(ClusterSettings.FIRST.withLease(LEASE), "slow", cluster.tick()));
    assertThat(seen(AttemptReport.State.RUNNING).renew.getFirst().lease()).isEqualTo(LEASE);
  }

  @Test
  void anExclusiveAttemptThatLivesGoesOnWhenAFileThatItTookIsUnpublished() {
    cluster.done(new Command.Publish(new DataName("in"), CONTENT, "me", 1));
    cluster.submit(TestCluster.EXCLUSIVE.withFiles(INPUT));
    cluster.place(1, 0, node);
    cluster.done(new Command.Unpublish(new DataName("in"), 1));
    for (AttemptReport.State state :
        List.of(AttemptReport.State.PREPARING, AttemptReport.State.RUNNING)) {
      reconcile(true, report(id, state)).steps.forEach(cluster::step);
      assertThat(says(report(id, state))).isEqualTo("renew 1.0.1;");
    }
  }

  @Test
  void anExclusiveAttemptThatItsNodeForgotIsLostOnlyWhenItsLeaseIsOver() {
    placedExclusive();
    cluster.report(id, AttemptState.RUNNING, 0);
    assertThat(says()).isEmpty();
    leaseOver = true;
    assertThat(says()).isEqualTo("1.0.1 lost;");
  }

  @Test
  void anExclusiveAttemptThatIsNotKnownIsOrderedAgainOnlyWhenItCanHaveNoLease() {
    placedExclusive();
    assertThat(says()).isEmpty();
    cluster.report(id, AttemptState.PREPARING, 0);
    assertThat(says()).isEmpty();
    neverLeased = true;
    assertThat(says()).isEqualTo("start 1.0.1;");
    neverLeased = false;
    leaseOver = true;
    assertThat(says()).isEqualTo("start 1.0.1;");
  }

  @Test
  void whateverMessageIsLostTheNextOneMendsIt() {
    placed();
    reconcile(true); // the start order is lost
    assertThat(says()).isEqualTo("start 1.0.1;");
    reconcile(true, report(id, AttemptReport.State.RUNNING)).steps.forEach(cluster::step);
    // the report of its success is lost, and so is the first answer to the next one
    reconcile(true, report(id, AttemptReport.State.SUCCEEDED)).steps.forEach(cluster::step);
    assertThat(says(report(id, AttemptReport.State.SUCCEEDED))).isEqualTo("forget 1.0.1;");
    assertThat(cluster.task(1, 0).committed()).isEqualTo(1);
  }

  @Test
  void aNodesWordsAreCut() {
    placed();
    AttemptReport long1 =
        new AttemptReport(id, AttemptReport.State.FAILED, 1, "x".repeat(1_000_000), 5, 6);
    Command.Step.Reported step = (Command.Step.Reported) reconcile(true, long1).steps.getFirst();
    assertThat(step.reason()).hasSizeLessThan(600);
  }

  @Test
  void whatRanOnAMachineThatWasSaidToBeGoneIsRevivedWhenItComesBack() {
    placed();
    cluster.report(id, AttemptState.RUNNING, 0);
    cluster.done(new Command.Say(node, NodeRecord.Word.GONE, "mistaken", 5));
    assertThat(says(report(id, AttemptReport.State.RUNNING))).as("not believed yet").isEmpty();
    assertThat(says(report(id, AttemptReport.State.SUCCEEDED))).isEqualTo("1.0.1 is succeeded;");
    cluster.node("w1", 4);
    reconcile(true, report(id, AttemptReport.State.RUNNING)).steps.forEach(cluster::step);
    assertThat(cluster.attempt(id).state()).isEqualTo(AttemptState.RUNNING);
  }

  private static final Content CONTENT = content("ab");

  private static Content content(String twoDigits) {
    ObjectId id = ObjectId.parse(twoDigits.repeat(32));
    return new Content(id, 10, id.hash());
  }

  private static final JobFiles INPUT =
      new JobFiles(
          List.of(new JobFiles.Input(new DataName("in"), new RelativePath("data/in"))),
          List.of(),
          Optional.empty(),
          Optional.empty());

  private void placedWithFiles() {
    DataName name = new DataName("models/{task}/a");
    cluster.submit(
        TestCluster.SPEC.withFiles(
            new JobFiles(
                List.of(new JobFiles.Input(new DataName("in"), new RelativePath("data/in"))),
                List.of(new JobFiles.Output(new RelativePath("out.pth"), name, List.of("all"))),
                Optional.empty(),
                Optional.empty())));
    cluster.place(1, 0, node);
  }

  @Test
  void anAttemptIsOrderedWithTheFilesThatItTakesAndLostWhenOneIsNoLongerThere() {
    cluster.done(new Command.Publish(new DataName("in"), CONTENT, "me", 1));
    placedWithFiles();
    StartOrder order = reconcile(true).start.getFirst();
    assertThat(order.inputs().getFirst().content()).isEqualTo(CONTENT);
    assertThat(order.inputs().getFirst().path()).isEqualTo("data/in");
    cluster.done(new Command.Unpublish(new DataName("in"), 1));
    assertThat(reconcile(true).steps).hasOnlyElementsOfType(Command.Step.Lost.class);
  }

  @Test
  void aSuccessIsCommittedWithItsOutputsWhenTheNodeHasKeptThem() {
    placedWithFiles();
    Reconciler.Result first = seen(AttemptReport.State.SUCCEEDED);
    assertThat(first.steps).isEmpty();
    assertThat(first.settled).isEmpty();
    assertThat(first.collect.getFirst().paths()).containsExactly("out.pth");
    collected.put(id, new Collected(id, List.of(CONTENT), ""));
    seen(AttemptReport.State.SUCCEEDED).steps.forEach(cluster::step);
    assertThat(cluster.state.data().get(new DataName("models/0/a")).newest().content())
        .isEqualTo(CONTENT);
    assertThat(cluster.state.data().get(new DataName("models/0/a")).keepOn()).contains(node);
    assertThat(seen(AttemptReport.State.SUCCEEDED).settled).containsExactly(id);
  }

  @Test
  void aSuccessWithoutItsOutputsIsAFailure() {
    placedWithFiles();
    collected.put(id, new Collected(id, List.of(), "there is no file out.pth"));
    seen(AttemptReport.State.SUCCEEDED).steps.forEach(cluster::step);
    assertThat(cluster.attempt(id).state()).isEqualTo(AttemptState.FAILED);
    assertThat(cluster.attempt(id).reason()).contains("out.pth");
  }

  @Test
  void anAttemptPublishesOnlyUnderDeclaredNamesAndOnlyAsTheResult() {
    placedWithFiles();
    DataName other = new DataName("models/latest");
    DataName declared = new DataName("models/0/a");
    Command.Step.Reported success =
        new Command.Step.Reported(id, node, AttemptState.SUCCEEDED, 0, "", 1, 2);
    cluster.step(
        new Command.Step.Delivered(
            success,
            List.of(new Command.Made(other, CONTENT), new Command.Made(declared, CONTENT))));
    assertThat(cluster.state.data()).containsOnlyKeys(declared);
    cluster.step(
        new Command.Step.Delivered(success, List.of(new Command.Made(declared, content("cd")))));
    assertThat(cluster.state.data().get(declared).newest().content()).isEqualTo(CONTENT);
  }
}
