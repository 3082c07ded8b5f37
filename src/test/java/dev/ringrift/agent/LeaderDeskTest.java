package dev.ringrift.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.core.Fence;
import dev.ringrift.core.Role;
import dev.ringrift.core.jobs.AttemptState;
import dev.ringrift.core.jobs.TaskState;
import dev.ringrift.core.ledger.Command;
import dev.ringrift.core.ledger.NodeRecord;
import dev.ringrift.core.ledger.TestCluster;
import org.junit.jupiter.api.Test;

/// What a leader writes down, places and orders.
class LeaderDeskTest extends WithLeader {
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
  void whatComesBackIsNotStoppedWhileItsReturnIsOnItsWayIntoTheLedger() {
    leadWithWorker();
    submit(TestCluster.SPEC.withPriority(1));
    rig.report("w1", 2, AgentRig.attempt(id, AttemptReport.State.RUNNING));
    cluster.apply(new Command.Say(w1, NodeRecord.Word.GONE, "mistaken", 5));
    assertThat(cluster.attempt(id).state()).isEqualTo(AttemptState.LOST);
    cluster.node("w1", 4);
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
  void anExclusiveAttemptThatItsNodeForgotIsPlacedAgainOnlyAfterItsLease() {
    leadWithWorker();
    submit(TestCluster.EXCLUSIVE);
    rig.report("w1", 2, AgentRig.attempt(id, AttemptReport.State.RUNNING));
    int lease = (int) AgentRig.LEASE.toSeconds();
    hears("w1", lease);
    network.sent.clear();
    rig.from("w1", Role.WORKER, new Message.LeaseAsk(id, 5));
    assertThat(network.take(Message.LeaseGrant.class)).hasSize(1);
    rig.report("w1", 2);
    assertThat(cluster.attempt(id).state()).isEqualTo(AttemptState.RUNNING);
    hears("w1", lease - 1);
    rig.from("w1", Role.WORKER, new Message.LeaseAsk(id, 5));
    rig.report("w1", 2);
    assertThat(network.take(Message.LeaseGrant.class)).as("it would bind nobody").isEmpty();
    assertThat(cluster.attempt(id).state()).isEqualTo(AttemptState.RUNNING);
    hears("w1", 3);
    rig.report("w1", 2);
    assertThat(cluster.attempt(id).state()).isEqualTo(AttemptState.LOST);
    rig.tick();
    assertThat(cluster.task(1, 0).attempts()).hasSize(2);
  }

  @Test
  void nothingIsPlacedOnANodeThatRefusesNewWorkAndPeopleAreToldWhy() {
    leadWithWorker();
    rig.refuses("w1", 2, "the disk is full");
    submit(TestCluster.SPEC);
    hears("w1", 2);
    assertThat(state()).isEqualTo(TaskState.WAITING);
    assertThat(new TaskExplainer(ledger, rig.agent, rig.agent).explain(id.task(), 0))
        .anyMatch(
            line ->
                line.subject().equals("w1")
                    && line.text().endsWith("takes no tasks now: the disk is full"));
    rig.refuses("w1", 2, "");
    rig.tick();
    assertThat(state()).isEqualTo(TaskState.PLACED);
  }
}
