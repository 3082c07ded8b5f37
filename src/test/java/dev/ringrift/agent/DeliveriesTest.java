package dev.ringrift.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.agent.data.Collected;
import dev.ringrift.agent.data.FetchReport;
import dev.ringrift.core.Fence;
import dev.ringrift.core.Role;
import dev.ringrift.core.data.Content;
import dev.ringrift.core.data.DataName;
import dev.ringrift.core.data.ObjectId;
import dev.ringrift.core.data.RelativePath;
import dev.ringrift.core.jobs.AttemptId;
import dev.ringrift.core.jobs.AttemptState;
import dev.ringrift.core.jobs.JobFiles;
import dev.ringrift.core.ledger.TestCluster;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What is copied so that it does not go with one machine, and when a success counts that has
/// outputs.
class DeliveriesTest {
  private static final AttemptId ID = AttemptId.of(1, 0, 1);
  private static final DataName NAME = new DataName("models/out");
  private static final ObjectId A = DataDeskTest.A;
  private static final Content MADE = new Content(A, 10, A.hash());

  private final AgentRig rig = AgentRig.voter("v1");
  private List<Collected> kept = List.of();
  private List<String> workers = List.of("w1", "w2");
  private String maker = "";
  private long seq;

  @BeforeEach
  void lead() {
    rig.network.connect("v2", "w1", "w2");
    rig.ledger.leads(3, "v1", true, true);
    rig.tick();
    workers.forEach(worker -> rig.hello(worker, 1));
    rig.voterReads("v2", 1);
    hear();
  }

  private void hear() {
    workers.forEach(rig::beat);
    rig.from("v2", Role.VOTER, new Message.Beat("start-v2", ++seq, 0, 0));
    rig.from(
        "v2",
        Role.VOTER,
        new Message.Report(new Fence(1, 3), "start-v2", ++seq, true, List.of(), Figures.NONE));
  }

  private void makes(String... to) {
    JobFiles files =
        new JobFiles(
            List.of(),
            List.of(new JobFiles.Output(new RelativePath("out"), NAME, List.of(to))),
            Optional.empty(),
            Optional.empty());
    workers.forEach(worker -> rig.report(worker, 3));
    rig.ledger.cluster.submit(TestCluster.SPEC.withFiles(files));
    rig.pass(1);
    maker = rig.ledger.cluster.attempt(ID).node().value();
    kept = List.of(new Collected(ID, List.of(MADE), ""));
    says("v2", List.of());
    says(other(), List.of());
    says(maker, List.of(A));
    succeeded();
  }

  private String other() {
    return maker.equals("w1") ? "w2" : "w1";
  }

  private void succeeded() {
    rig.report(maker, 3, AgentRig.attempt(ID, AttemptReport.State.SUCCEEDED));
  }

  private void says(String node, List<ObjectId> whole, FetchReport... fetches) {
    List<Collected> told = node.equals(maker) ? kept : List.of();
    rig.files(node, whole, List.of(), 0, List.of(fetches), told, List.of());
  }

  private void pass(int seconds) {
    for (int i = 0; i < seconds; i++) {
      hear();
      rig.pass(1);
      says(maker, List.of(A));
      succeeded();
    }
  }

  private AttemptState state() {
    return rig.ledger.cluster.attempt(ID).state();
  }

  private boolean live() {
    return rig.ledger.cluster.attempt(ID).live();
  }

  private String explained() {
    return new TaskExplainer(rig.ledger, rig.agent, rig.agent).explain(ID.task(), 0).toString();
  }

  private List<String> fetchers() {
    return rig.network.sent.stream()
        .filter(sent -> sent.message() instanceof Message.DataOrders o && !o.fetch().isEmpty())
        .map(sent -> sent.to().value())
        .distinct()
        .toList();
  }

  @Test
  void aSuccessCountsWhenAVoterHasItsOutputsToo() {
    makes();
    pass(3);
    assertThat(fetchers()).containsExactly("v2");
    assertThat(live()).isTrue();
    assertThat(rig.ledger.cluster.state.data()).isEmpty();
    assertThat(explained()).contains("has ended with 0", "another node has a copy");
    says("v2", List.of(A));
    pass(1);
    assertThat(state()).isEqualTo(AttemptState.SUCCEEDED);
    assertThat(rig.ledger.cluster.state.data()).containsKey(NAME);
    assertThat(explained()).contains("has succeeded").doesNotContain("copy");
  }

  @Test
  void itGoesOnlyWhereTheJobWantsIt() {
    makes("w1", "w2");
    pass(3);
    assertThat(fetchers()).containsExactly(other());
    says(other(), List.of(A));
    pass(1);
    assertThat(state()).isEqualTo(AttemptState.SUCCEEDED);
  }

  @Test
  void aResultOfWhichNothingIsTakenCountsAfterAMinute() {
    makes();
    pass(50);
    says("v2", List.of(), ScriptedDepot.report(A, "", FetchReport.State.FETCHING));
    pass(50);
    assertThat(live()).as("as long as it gets on").isTrue();
    says("v2", List.of(), ScriptedDepot.report(A, "", FetchReport.State.FAILED));
    pass(20);
    assertThat(state()).isEqualTo(AttemptState.SUCCEEDED);
  }

  @Test
  void whatAnotherNodeSaysOfTheAttemptMakesNothingSafe() {
    makes();
    rig.files(other(), List.of(), List.of(), 0, List.of(), kept, List.of());
    pass(3);
    assertThat(live()).isTrue();
  }

  @Test
  void whoCancelsDoesNotWaitForACopy() {
    makes();
    pass(2);
    assertThat(live()).isTrue();
    rig.ledger.cluster.cancel(1, 0);
    pass(2);
    assertThat(live()).isFalse();
  }

  @Test
  void whatFailedDoesNotWaitForACopy() {
    makes();
    kept = List.of(new Collected(ID, List.of(), "there is no file out"));
    pass(1);
    assertThat(state()).isEqualTo(AttemptState.FAILED);
  }

  @Test
  void whatAnAttemptMadeIsKeptTwice() {
    makes("w1", "w2");
    says(other(), List.of(A));
    pass(2);
    assertThat(state()).isEqualTo(AttemptState.SUCCEEDED);
    assertThat(fetchers()).doesNotContain("v2");
    workers = List.of(other()); // the machine that made it is silent from now on
    says(other(), List.of(A));
    for (int i = 0; i < 20; i++) {
      hear();
      rig.pass(1);
    }
    assertThat(fetchers()).contains("v2");
  }

  @Test
  void theFolderOfAJobIsOnAVoterMore() {
    workers.forEach(worker -> rig.report(worker, 3));
    says("w1", List.of(A));
    says("v2", List.of());
    rig.ledger.cluster.submit(
        TestCluster.SPEC.withFiles(
            new JobFiles(List.of(), List.of(), Optional.empty(), Optional.of(MADE))));
    hear();
    rig.pass(1);
    assertThat(fetchers()).contains("v2");
  }

  @Test
  void aFolderOfManyJobsIsFetchedOnce() {
    workers.forEach(worker -> rig.report(worker, 3));
    says("w1", List.of(A));
    says("v2", List.of());
    JobFiles files = new JobFiles(List.of(), List.of(), Optional.empty(), Optional.of(MADE));
    rig.ledger.cluster.submit(TestCluster.SPEC.withFiles(files));
    rig.ledger.cluster.submit(TestCluster.SPEC.withFiles(files));
    hear();
    rig.network.sent.clear();
    rig.pass(1);
    assertThat(rig.network.take(Message.DataOrders.class))
        .flatExtracting(Message.DataOrders::fetch)
        .hasSize(1);
  }
}
