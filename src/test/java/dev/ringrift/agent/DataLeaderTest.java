package dev.ringrift.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.agent.data.CopyOrder;
import dev.ringrift.agent.data.Depot;
import dev.ringrift.agent.data.FetchReport;
import dev.ringrift.agent.data.Saved;
import dev.ringrift.core.Fence;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.Role;
import dev.ringrift.core.data.Content;
import dev.ringrift.core.data.DataName;
import dev.ringrift.core.data.ObjectId;
import dev.ringrift.core.data.RelativePath;
import dev.ringrift.core.jobs.AttemptId;
import dev.ringrift.core.jobs.AttemptState;
import dev.ringrift.core.jobs.JobFiles;
import dev.ringrift.core.ledger.Command;
import dev.ringrift.core.ledger.DataRecord;
import dev.ringrift.core.ledger.TestCluster;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What the leader does about the cluster's files.
class DataLeaderTest {
  private static final DataName NAME = new DataName("models/a");
  private static final ObjectId A = DataDeskTest.A;

  private final AgentRig rig = AgentRig.voter("v1");
  private List<Saved> saved = List.of();

  @BeforeEach
  void theLeaderHearsThreeWorkers() {
    rig.network.connect("w1", "w2", "w3");
    rig.ledger.leads(3, "v1", true, true);
    rig.tick();
    for (String worker : List.of("w1", "w2", "w3")) {
      rig.from(
          worker,
          Role.WORKER,
          new Message.Hello(
              "start-" + worker,
              List.of("ws://%s:1".formatted(worker)),
              TestCluster.capacity(1),
              "1",
              1,
              7,
              0));
    }
    hear();
  }

  private void hear() {
    for (String worker : List.of("w1", "w2", "w3")) {
      rig.beat(worker);
      rig.report(worker, 3);
    }
  }

  private void holds(String node, List<ObjectId> whole, FetchReport... fetches) {
    over(node, 0, whole, fetches);
  }

  private void over(String node, long bytes, List<ObjectId> whole, FetchReport... fetches) {
    List<Depot.Spare> spare = whole.stream().map(id -> new Depot.Spare(id, 10)).toList();
    rig.files(node, whole, spare, bytes, List.of(fetches), List.of(), saved);
  }

  private void publish() {
    rig.ledger.cluster.done(new Command.Publish(NAME, new Content(A, 10, A.hash()), "me", 1));
  }

  private void keep(String... nodes) {
    Set<NodeId> on = Set.copyOf(Stream.of(nodes).map(NodeId::new).toList());
    rig.ledger.cluster.done(new Command.Keep(NAME, on, Set.of(), 0, 1));
  }

  private List<CopyOrder> fetched(String node) {
    rig.network.sent.clear();
    hear();
    rig.pass(1);
    return rig.network.sent.stream()
        .filter(sent -> sent.to().equals(new NodeId(node)))
        .map(ScriptedNetwork.Sent::message)
        .filter(Message.DataOrders.class::isInstance)
        .flatMap(orders -> ((Message.DataOrders) orders).fetch().stream())
        .toList();
  }

  private static List<String> sources(CopyOrder order) {
    return order.sources().stream().map(at -> at.node().value()).toList();
  }

  @Test
  void aNodeThatIsToKeepANameIsToldFromWhomToFetchIt() {
    publish();
    keep("w2");
    holds("w1", List.of(A));
    holds("w2", List.of());
    assertThat(sources(fetched("w2").getFirst())).containsExactly("w1");
    assertThat(fetched("w1")).isEmpty();
    assertThat(fetched("w2")).hasSize(1);
  }

  @Test
  void oneThatFetchesIsASourceForOthers() {
    publish();
    keep("w2", "w3");
    holds("w1", List.of(A));
    holds("w2", List.of(), ScriptedDepot.report(A, "models/a", FetchReport.State.FETCHING));
    holds("w3", List.of());
    CopyOrder order = fetched("w3").getFirst();
    assertThat(sources(order)).containsExactly("w1", "w2");
    assertThat(order.sources()).extracting(CopyOrder.At::complete).containsExactly(true, false);
  }

  @Test
  void whoHasTheContentIsToldItsNameOnce() {
    publish();
    keep("w1");
    holds("w1", List.of(A));
    assertThat(fetched("w1").getFirst().sources()).isEmpty();
    holds("w1", List.of(A), ScriptedDepot.report(A, "models/a", FetchReport.State.DONE));
    assertThat(fetched("w1")).isEmpty();
  }

  @Test
  void withoutAHolderNobodyIsTroubled() {
    publish();
    keep("w2");
    holds("w2", List.of());
    assertThat(fetched("w2")).isEmpty();
  }

  @Test
  void aReportWhoseMarkIsWrongIsAskedForInFull() {
    rig.network.sent.clear();
    rig.from(
        "w1",
        Role.WORKER,
        new Message.DataReport(
            new Fence(1, 3),
            "start-w1",
            99,
            "",
            12345,
            false,
            List.of(),
            List.of(),
            0,
            List.of(),
            List.of(),
            List.of()));
    assertThat(rig.network.take(Message.DataOrders.class).getFirst().tell()).isTrue();
  }

  @Test
  void whoToldNothingToThisLeaderIsAskedUntilItDoes() {
    holds("w2", List.of());
    for (int i = 0; i < 2; i++) {
      rig.network.sent.clear();
      rig.pass(1);
      assertThat(asked()).contains("w1", "w3").doesNotContain("w2");
    }
    holds("w1", List.of(A));
    rig.network.sent.clear();
    rig.pass(1);
    assertThat(asked()).contains("w3").doesNotContain("w1");
  }

  private List<String> asked() {
    return rig.network.sent.stream()
        .filter(sent -> sent.message() instanceof Message.DataOrders orders && orders.tell())
        .map(sent -> sent.to().value())
        .toList();
  }

  @Test
  void whatIsPublishedIsNotGivenUp() {
    ObjectId other = DataDeskTest.B;
    publish();
    holds("w1", List.of(A, other));
    rig.agent.giveUp(List.of(A, other));
    rig.pump();
    rig.network.sent.clear();
    hear();
    rig.pass(1);
    assertThat(removals()).containsExactly(other);
  }

  @Test
  void ofTwoNodesWithTooManyFilesOnlyOneLetsItsCopyGo() {
    publish();
    over("w1", 10, List.of(A));
    over("w2", 10, List.of(A));
    holds("w3", List.of());
    rig.network.sent.clear();
    hear();
    rig.pass(3);
    assertThat(removals()).containsExactly(A);
  }

  @Test
  void theLastCopyAndOneThatIsToBeKeptStayHoweverFullTheNodeIs() {
    publish();
    over("w1", 10, List.of(A));
    rig.network.sent.clear();
    hear();
    rig.pass(2);
    keep("w1");
    holds("w2", List.of(A));
    over("w1", 10, List.of(A), ScriptedDepot.report(A, "models/a", FetchReport.State.DONE));
    hear();
    rig.pass(2);
    assertThat(removals()).isEmpty();
  }

  @Test
  void whatAnAttemptReadsStaysOnItsNode() {
    publish();
    JobFiles files =
        new JobFiles(
            List.of(new JobFiles.Input(NAME, new RelativePath("a"))),
            List.of(),
            Optional.empty(),
            Optional.empty());
    rig.ledger.cluster.submit(TestCluster.SPEC.withFiles(files));
    rig.pass(1);
    String own = rig.ledger.cluster.attempt(AttemptId.of(1, 0, 1)).node().value();
    List<String> others = Stream.of("w1", "w2", "w3").filter(w -> !w.equals(own)).toList();
    others.forEach(other -> holds(other, List.of(A)));
    over(own, 10, List.of(A));
    assertThat(removed()).isEmpty();
    over(others.getFirst(), 10, List.of(A));
    assertThat(removed()).containsExactly(A);
  }

  private List<ObjectId> removed() {
    rig.network.sent.clear();
    hear();
    rig.pass(2);
    return removals();
  }

  private List<ObjectId> removals() {
    return rig.network.take(Message.DataOrders.class).stream()
        .flatMap(orders -> orders.remove().stream())
        .toList();
  }

  @Test
  void whoHoldsWhatIsSeenFromOutside() {
    holds("w1", List.of(A));
    rig.pass(1);
    assertThat(rig.agent.files().get(new NodeId("w1")).whole()).containsExactly(A);
  }

  private AttemptId runningWithCheckpoint() {
    JobFiles files =
        new JobFiles(
            List.of(),
            List.of(),
            Optional.of(new JobFiles.Checkpoint(new RelativePath("state"), Duration.ofSeconds(1))),
            Optional.empty());
    rig.ledger.cluster.submit(TestCluster.SPEC.withFiles(files));
    rig.pass(1);
    AttemptId id = AttemptId.of(1, 0, 1);
    String node = rig.ledger.cluster.attempt(id).node().value();
    rig.report(node, 3, AgentRig.attempt(id, AttemptReport.State.RUNNING));
    return id;
  }

  private Optional<DataRecord> checkpoint() {
    return Optional.ofNullable(
        rig.ledger.cluster.state.data().get(new DataName("checkpoints/1.0")));
  }

  @Test
  void aCheckpointIsPublishedWhenAnotherNodeHasItAndGoesWithItsTask() {
    for (String worker : List.of("w1", "w2", "w3")) {
      holds(worker, List.of());
    }
    AttemptId id = runningWithCheckpoint();
    String own = rig.ledger.cluster.attempt(id).node().value();
    String other = own.equals("w1") ? "w2" : "w1";
    saved = List.of(new Saved(id, new Content(A, 10, A.hash())));
    holds(own, List.of(A));
    rig.network.sent.clear();
    rig.pass(1);
    List<Message.DataOrders> orders = rig.network.take(Message.DataOrders.class);
    assertThat(orders.stream().flatMap(o -> o.save().stream())).isNotEmpty();
    assertThat(orders.stream().flatMap(o -> o.fetch().stream())).hasSize(1);
    assertThat(checkpoint()).isEmpty();
    holds(other, List.of(A));
    holds(own, List.of(A));
    rig.pass(1);
    assertThat(checkpoint().orElseThrow().newest().publisher()).isEqualTo("attempt 1.0.1");
    rig.ledger.cluster.finish(1, 0, AttemptState.SUCCEEDED, 0);
    rig.pass(2);
    assertThat(checkpoint()).isEmpty();
  }

  @Test
  void aNodeSavesNoCheckpointForAnAttemptOfAnother() {
    AttemptId id = runningWithCheckpoint();
    String own = rig.ledger.cluster.attempt(id).node().value();
    List<String> others = List.of("w1", "w2", "w3").stream().filter(w -> !w.equals(own)).toList();
    saved = List.of(new Saved(id, new Content(A, 10, A.hash())));
    others.forEach(other -> holds(other, List.of(A)));
    rig.pass(2);
    assertThat(checkpoint()).isEmpty();
  }

  @Test
  void aSilentAttemptThatWasFollowedByAnotherSetsNothingBackAndBringsNothingBack() {
    AttemptId first = runningWithCheckpoint();
    String own = rig.ledger.cluster.attempt(first).node().value();
    List<String> others = List.of("w1", "w2", "w3").stream().filter(w -> !w.equals(own)).toList();
    saved = List.of(new Saved(first, new Content(A, 10, A.hash())));
    holds(own, List.of(A));
    saved = List.of();
    holds(others.getFirst(), List.of(A));
    rig.ledger.cluster.step(new Command.Step.Silent(first, "silent"));
    AttemptId second = AttemptId.of(1, 0, 2);
    rig.ledger.cluster.place(second, new NodeId(others.getFirst()));
    rig.ledger.cluster.report(second, AttemptState.RUNNING, 0);
    rig.pass(2);
    assertThat(checkpoint()).isEmpty();
    rig.ledger.cluster.report(second, AttemptState.SUCCEEDED, 0);
    rig.pass(2);
    assertThat(checkpoint()).isEmpty();
  }
}
