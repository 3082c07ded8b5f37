package dev.ringrift.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.agent.port.Ledger;
import dev.ringrift.agent.view.NodeStatus;
import dev.ringrift.core.Fence;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.Role;
import dev.ringrift.core.jobs.AttemptId;
import dev.ringrift.core.jobs.AttemptState;
import dev.ringrift.core.jobs.JobSpec;
import dev.ringrift.core.jobs.TaskState;
import dev.ringrift.core.ledger.Command;
import dev.ringrift.core.ledger.NodeRecord;
import dev.ringrift.core.ledger.TestCluster;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AgentTest {
  private final AgentRig rig = AgentRig.voter("v1");
  private final ScriptedLedger ledger = rig.ledger;
  private final ScriptedNetwork network = rig.network;
  private final TestCluster cluster = ledger.cluster;
  private final NodeId w1 = new NodeId("w1");
  private final AttemptId id = AttemptId.of(1, 0, 1);

  /// `v1` leads term 2, and `w1` has said that it has room and that nothing runs there.
  private void leadWithWorker() {
    network.connect("w1", "w2", "v2", "v3");
    lead(2);
    rig.hello("w1", 4);
    rig.report("w1", 2);
    rig.tick();
  }

  private void lead(long term) {
    ledger.leads(term, "v1", true, true);
    rig.tick();
  }

  private long submit(JobSpec spec) {
    long job = cluster.submit(spec);
    rig.tick();
    return job;
  }

  private TaskState state() {
    return cluster.task(1, 0).state();
  }

  private NodeStatus.State shown(String node) {
    rig.pass(1);
    return rig.agent.status().nodes().stream()
        .filter(status -> status.id().value().equals(node))
        .findFirst()
        .orElseThrow()
        .state();
  }

  @Test
  void aLeaderPlacesWhatWaitsAndOrdersItsStart() {
    leadWithWorker();
    submit(TestCluster.SPEC);
    Message.Orders orders = network.take(Message.Orders.class).getFirst();
    assertThat(orders.fence()).isEqualTo(new Fence(1, 2));
    assertThat(orders.start()).extracting(StartOrder::attempt).containsExactly(id);
    rig.report("w1", 2, AgentRig.attempt(id, AttemptReport.State.SUCCEEDED));
    assertThat(state()).isEqualTo(TaskState.SUCCEEDED);
    assertThat(network.take(Message.Orders.class).getFirst().settled()).containsExactly(id);
  }

  @Test
  void aLeaderReservesBeforeItSends() {
    leadWithWorker();
    ledger.prompt = false;
    submit(TestCluster.SPEC);
    assertThat(ledger.proposed(Command.Place.class)).hasSize(1);
    assertThat(network.take(Message.Orders.class)).isEmpty();
    ledger.commit();
    rig.pump();
    assertThat(network.take(Message.Orders.class)).hasSize(1);
  }

  @Test
  void aLeaderDoesNothingWithoutFreshAuthority() {
    leadWithWorker();
    submit(TestCluster.EXCLUSIVE);
    network.sent.clear();
    ledger.calls.clear();
    ledger.leads(2, "v1", true, false);
    cluster.submit(TestCluster.SPEC);
    rig.hello("w1", 9);
    rig.report("w1", 2, AgentRig.attempt(id, AttemptReport.State.SUCCEEDED));
    rig.from("w1", Role.WORKER, new Message.LeaseAsk(id, 5));
    rig.pass(600);
    assertThat(ledger.calls).isEmpty();
    assertThat(network.take(Message.Orders.class)).isEmpty();
    assertThat(network.take(Message.LeaseGrant.class)).isEmpty();
    assertThat(rig.agent.health().reasons())
        .contains("a majority of the voters does not answer this leader");
    assertThat(rig.agent.leader()).isEmpty();
  }

  @Test
  void aFollowerDoesNothingOfALeader() {
    network.connect("w1", "v2");
    ledger.leads(2, "v2", false, false);
    rig.hello("w1", 4);
    rig.report("w1", 2);
    submit(TestCluster.SPEC);
    rig.pass(600);
    assertThat(ledger.calls).isEmpty();
    assertThat(network.take(Message.Orders.class)).isEmpty();
  }

  @Test
  void aLeaderActsOnlyWhenItsOwnBeginningIsApplied() {
    network.connect("w1");
    ledger.prompt = false;
    lead(2);
    rig.hello("w1", 4);
    rig.report("w1", 2);
    cluster.submit(TestCluster.SPEC);
    rig.pass(2);
    assertThat(ledger.proposed(Command.class)).hasSize(1).first().isInstanceOf(Command.Lead.class);
    ledger.prompt = true;
    ledger.commit();
    rig.pump().tick();
    assertThat(state()).isEqualTo(TaskState.PLACED);
  }

  @Test
  void aNewLeaderHoldsAllForUnknownAndPlacesNothingThereUntilTheyReport() {
    leadWithWorker();
    assertThat(shown("w1")).isEqualTo(NodeStatus.State.UP);
    lead(3);
    assertThat(shown("w1")).isEqualTo(NodeStatus.State.UNKNOWN);
    submit(TestCluster.SPEC);
    rig.beat("w1");
    rig.pass(2);
    assertThat(state()).as("what runs there is not known yet").isEqualTo(TaskState.WAITING);
    rig.report("w1", 2);
    rig.tick();
    assertThat(state()).as("a report to the leader before").isEqualTo(TaskState.WAITING);
    rig.report("w1", 3);
    rig.tick();
    assertThat(state()).isEqualTo(TaskState.PLACED);
  }

  @Test
  void aNewLeaderTakesNobodyForDeadWhateverAJobAsksFor() {
    leadWithWorker();
    submit(TestCluster.SPEC.withDisconnect(new JobSpec.Disconnect(Duration.ZERO, false)));
    rig.report("w1", 2, AgentRig.attempt(id, AttemptReport.State.RUNNING));
    lead(3);
    rig.pass(8);
    assertThat(cluster.attempt(id).silent()).isFalse();
    rig.pass(4);
    assertThat(cluster.attempt(id).silent()).isTrue();
  }

  @Test
  void silenceStopsNothingAndAllowsAnotherAttemptAfterLostAfter() {
    leadWithWorker();
    rig.hello("w2", 4);
    rig.report("w2", 2);
    submit(TestCluster.SPEC);
    NodeId first = cluster.attempt(id).node();
    String other = first.equals(w1) ? "w2" : "w1";
    rig.report(first.value(), 2, AgentRig.attempt(id, AttemptReport.State.RUNNING));
    network.sent.clear();
    for (int i = 0; i < 290; i++) {
      rig.beat(other);
      rig.pass(1);
    }
    assertThat(cluster.task(1, 0).attempts()).hasSize(1);
    for (int i = 0; i < 30; i++) {
      rig.beat(other);
      rig.pass(1);
    }
    assertThat(cluster.task(1, 0).attempts()).hasSize(2);
    assertThat(cluster.attempt(id).state()).isEqualTo(AttemptState.RUNNING);
    assertThat(network.take(Message.Orders.class)).allMatch(orders -> orders.stop().isEmpty());
  }

  @Test
  void aNodeThatAWitnessHearsIsNotSilent() {
    leadWithWorker();
    submit(TestCluster.SPEC);
    rig.report("w1", 2, AgentRig.attempt(id, AttemptReport.State.RUNNING));
    for (int i = 0; i < 400; i++) {
      rig.from("v2", Role.VOTER, new Message.Witness(Map.of("w1", 200L)));
      rig.pass(1);
    }
    assertThat(cluster.attempt(id).silent()).isFalse();
    assertThat(shown("w1")).isEqualTo(NodeStatus.State.SUSPECT);
    for (int i = 0; i < 400; i++) {
      rig.from("w2", Role.WORKER, new Message.Witness(Map.of("w1", 200L)));
      rig.pass(1);
    }
    assertThat(cluster.attempt(id).silent()).as("a worker is no witness").isTrue();
  }

  @Test
  void anExclusiveAttemptIsGivenUpOnlyWhenItsLeaseMustHaveRunOut() {
    leadWithWorker();
    submit(TestCluster.SPEC.withDisconnect(new JobSpec.Disconnect(Duration.ofSeconds(1), true)));
    rig.from("w1", Role.WORKER, new Message.LeaseAsk(id, 5));
    assertThat(network.take(Message.LeaseGrant.class))
        .containsExactly(new Message.LeaseGrant(new Fence(1, 2), id, 5));
    rig.pass(30);
    assertThat(cluster.attempt(id).live()).isTrue();
    rig.pass(3);
    assertThat(cluster.attempt(id).state()).isEqualTo(AttemptState.LOST);
  }

  @Test
  void aNewLeaderWaitsAWholeLeaseThatItDoesNotKnow() {
    leadWithWorker();
    submit(TestCluster.SPEC.withDisconnect(new JobSpec.Disconnect(Duration.ofSeconds(1), true)));
    rig.pass(20);
    lead(3);
    rig.pass(30);
    assertThat(cluster.attempt(id).live()).isTrue();
    rig.pass(3);
    assertThat(cluster.attempt(id).state()).isEqualTo(AttemptState.LOST);
  }

  @Test
  void noLeaseIsGivenToWhatIsToEndOrIsAnothersOrIsBeingGivenUp() {
    leadWithWorker();
    submit(TestCluster.SPEC.withDisconnect(new JobSpec.Disconnect(Duration.ofSeconds(1), true)));
    rig.from("w2", Role.WORKER, new Message.LeaseAsk(id, 5));
    assertThat(network.take(Message.LeaseGrant.class)).as("another's").isEmpty();
    ledger.prompt = false;
    rig.pass(40);
    assertThat(ledger.proposed(Command.Progress.class)).hasSize(1);
    rig.from("w1", Role.WORKER, new Message.LeaseAsk(id, 5));
    assertThat(network.take(Message.LeaseGrant.class)).as("being given up").isEmpty();
    Command late = ledger.unclear();
    rig.pump();
    rig.from("w1", Role.WORKER, new Message.LeaseAsk(id, 5));
    assertThat(network.take(Message.LeaseGrant.class))
        .as("nobody knows whether it was given up: that may be committed late")
        .isEmpty();
    ledger.prompt = true;
    cluster.apply(late);
    assertThat(cluster.attempt(id).state()).isEqualTo(AttemptState.LOST);
  }

  @Test
  void noLeaseIsGivenToWhatIsBeingWrittenDownAsEnded() {
    leadWithWorker();
    submit(TestCluster.EXCLUSIVE);
    ledger.prompt = false;
    rig.report("w1", 2, AgentRig.attempt(id, AttemptReport.State.FAILED));
    assertThat(ledger.proposed(Command.Progress.class)).hasSize(1);
    rig.from("w1", Role.WORKER, new Message.LeaseAsk(id, 5));
    assertThat(network.take(Message.LeaseGrant.class)).isEmpty();
  }

  @Test
  void whatSomeoneSaysOfAMachineStandsUntilItSpeaksAgain() {
    leadWithWorker();
    cluster.apply(new Command.Say(w1, NodeRecord.Word.PAUSED, "outbid", 5));
    rig.pass(30);
    assertThat(cluster.state.nodes().get(w1).word()).isEqualTo(NodeRecord.Word.PAUSED);
    assertThat(shown("w1")).isEqualTo(NodeStatus.State.PAUSED);
    rig.hello("w1", 4);
    assertThat(cluster.state.nodes().get(w1).word()).isEqualTo(NodeRecord.Word.RUNS);
  }

  @Test
  void aRemovedNodeStaysRemovedUntilItSpeaksAgain() {
    leadWithWorker();
    cluster.apply(new Command.Remove(w1, 5));
    rig.pass(100);
    assertThat(cluster.state.nodes()).doesNotContainKey(w1);
    rig.hello("w1", 4);
    assertThat(cluster.state.nodes()).containsKey(w1);
  }

  @Test
  void whatComesBackIsNotStoppedWhileItsReturnIsOnItsWayIntoTheLedger() {
    leadWithWorker();
    submit(TestCluster.SPEC.withPriority(1));
    rig.report("w1", 2, AgentRig.attempt(id, AttemptReport.State.RUNNING));
    cluster.apply(new Command.Say(w1, NodeRecord.Word.GONE, "mistaken", 5));
    assertThat(cluster.attempt(id).state()).isEqualTo(AttemptState.LOST);
    rig.hello("w1", 4);
    ledger.prompt = false;
    network.sent.clear();
    rig.report("w1", 2, AgentRig.attempt(id, AttemptReport.State.RUNNING));
    rig.report("w1", 2, AgentRig.attempt(id, AttemptReport.State.RUNNING));
    assertThat(network.take(Message.Orders.class))
        .as("it runs well, and the ledger has not refused it")
        .isEmpty();
    ledger.prompt = true;
    ledger.commit();
    rig.pump();
    assertThat(cluster.attempt(id).state()).isEqualTo(AttemptState.RUNNING);
    assertThat(network.take(Message.Orders.class)).allMatch(orders -> orders.stop().isEmpty());
  }

  @Test
  void aLateMessageOfAnEarlierStartOfANodeChangesNothing() {
    leadWithWorker();
    Message.Report before =
        new Message.Report(new Fence(1, 2), "start-0", 99, true, List.of(), Figures.NONE);
    Message.Hello again =
        new Message.Hello("start-0", List.of(), TestCluster.capacity(9), "0", 7, 0);
    rig.from("w2", Role.WORKER, again);
    rig.report("w2", 2);
    rig.from("w2", Role.WORKER, before);
    rig.hello("w2", 1);
    assertThat(cluster.state.nodes().get(new NodeId("w2")).capacity().slots()).isEqualTo(1);
    rig.from("w2", Role.WORKER, again);
    assertThat(cluster.state.nodes().get(new NodeId("w2")).capacity().slots()).isEqualTo(1);
  }

  @Test
  void onlyVotersAreBelievedAboutWhoSaidWhat() {
    leadWithWorker();
    submit(TestCluster.SPEC);
    AttemptReport success = AgentRig.attempt(id, AttemptReport.State.SUCCEEDED);
    Message.Report forged =
        new Message.Report(new Fence(1, 2), "start-w1", 99, true, List.of(success), Figures.NONE);
    NodeId v1 = new NodeId("v1");
    rig.from("w2", Role.WORKER, new Message.Relay(w1, v1, forged));
    assertThat(state()).as("a worker speaks for another").isEqualTo(TaskState.PLACED);
    rig.from("w2", Role.WORKER, forged);
    assertThat(state()).as("a worker reports another's attempt").isEqualTo(TaskState.PLACED);
    rig.from("v2", Role.VOTER, new Message.Relay(w1, v1, forged));
    assertThat(state()).isEqualTo(TaskState.SUCCEEDED);
  }

  @Test
  void aRelayInsideARelayIsDropped() {
    leadWithWorker();
    NodeId v1 = new NodeId("v1");
    Message.Relay inner =
        new Message.Relay(
            w1, v1, new Message.Hello("x", List.of(), TestCluster.capacity(9), "1", 7, 0));
    rig.from("v2", Role.VOTER, new Message.Relay(new NodeId("v2"), v1, inner));
    assertThat(cluster.state.nodes().get(w1).capacity().slots()).isEqualTo(4);
  }

  @Test
  void aWorkersOrdersThroughAVoterAreNotObeyed() {
    AgentRig worker = AgentRig.worker("w2");
    StartOrder start =
        new Reconciler(Duration.ZERO)
            .order(
                new dev.ringrift.core.jobs.Job(1, "k", TestCluster.SPEC, "me", 0),
                dev.ringrift.core.jobs.Attempt.placed(1, w1, List.of(), 0),
                id);
    Message.Orders orders =
        new Message.Orders(new Fence(1, 9), List.of(start), List.of(), List.of());
    NodeId w2 = new NodeId("w2");
    worker.from("v1", Role.VOTER, new Message.Relay(w1, w2, orders));
    assertThat(worker.keeper.take()).isEmpty();
    worker.from("v1", Role.VOTER, new Message.Relay(new NodeId("v2"), w2, orders));
    assertThat(worker.keeper.take()).containsExactly("fence 1.9", "start 1.0.1");
  }

  @Test
  void aVoterHandsOnAndAWorkerDoesNot() {
    network.connect("w2");
    Message.Relay relay = new Message.Relay(w1, new NodeId("w2"), new Message.Refused(Fence.NONE));
    rig.from("w1", Role.WORKER, relay);
    assertThat(network.sent).containsExactly(new ScriptedNetwork.Sent(new NodeId("w2"), relay));
    AgentRig worker = AgentRig.worker("w3");
    worker.network.connect("w2");
    worker.from("w1", Role.WORKER, relay);
    assertThat(worker.network.sent).isEmpty();
  }

  @Test
  void aLeaderThatIsNotFreshSendsNobodyToItself() {
    network.connect("w1");
    ledger.leads(2, "v1", true, false);
    rig.beat("w1");
    assertThat(network.take(Message.BeatAck.class))
        .extracting(Message.BeatAck::leader)
        .containsOnly("");
    ledger.leads(2, "v1", true, true);
    rig.beat("w1");
    assertThat(network.take(Message.BeatAck.class))
        .extracting(Message.BeatAck::leader)
        .containsOnly("v1");
  }

  @Test
  void theLeaderHandsTheLeadToASeniorThatIsStable() {
    AgentRig junior = AgentRig.voter("v2");
    junior.ledger.leads(2, "v2", true, true);
    for (String voter : List.of("v1", "v2", "v3")) {
      junior.ledger.voters.put(new NodeId(voter), new Ledger.Progress(0, 0));
    }
    junior.pass(29);
    assertThat(junior.ledger.calls).doesNotContain("transfer v1");
    junior.pass(4);
    assertThat(junior.ledger.calls)
        .contains("prioritise {v1=0, v2=2, v3=0}", "prioritise {v1=3, v2=2, v3=1}", "transfer v1");
  }
}
