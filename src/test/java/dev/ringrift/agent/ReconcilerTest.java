package dev.ringrift.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.core.NodeId;
import dev.ringrift.core.jobs.AttemptId;
import dev.ringrift.core.jobs.AttemptState;
import dev.ringrift.core.ledger.Command;
import dev.ringrift.core.ledger.NodeRecord;
import dev.ringrift.core.ledger.TestCluster;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// One test for each row of the reconciler's table.
class ReconcilerTest {
  private static final Duration LEASE = Duration.ofSeconds(30);

  private final TestCluster cluster = new TestCluster();
  private final NodeId node = cluster.node("w1", 4);
  private final Reconciler reconciler = new Reconciler(LEASE);
  private final AttemptId id = AttemptId.of(1, 0, 1);
  private final Set<AttemptId> refused = new HashSet<>();

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
    return reconciler.reconcile(cluster.state, node, List.of(reports), whole, refused);
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
    Reconciler.Result result = reconciler.reconcile(cluster.state, other, claim, true, refused);
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
    assertThat(says(report(id, AttemptReport.State.RUNNING))).isEqualTo("start 1.0.1;");
    assertThat(reconcile(true, report(id, AttemptReport.State.RUNNING)).start.getFirst().lease())
        .isEqualTo(LEASE);
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
    cluster.node("w1", 4);
    reconcile(true, report(id, AttemptReport.State.RUNNING)).steps.forEach(cluster::step);
    assertThat(cluster.attempt(id).state()).isEqualTo(AttemptState.RUNNING);
  }
}
