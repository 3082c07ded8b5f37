package dev.ringrift.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.core.Fence;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.Role;
import dev.ringrift.core.jobs.TaskState;
import dev.ringrift.core.ledger.TestCluster;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Who is believed about what, when messages are handed on.
class AgentTest extends WithLeader {
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
  void aSecondAgentOfANameIsNotHeardWhileTheFirstLives() {
    leadWithWorker();
    submit(TestCluster.SPEC);
    rig.report("w1", 2, AgentRig.attempt(id, AttemptReport.State.RUNNING));
    assertThat(state()).isEqualTo(TaskState.RUNNING);
    NodeId v1 = new NodeId("v1");
    Message.Report copy =
        new Message.Report(new Fence(1, 2), "copy", 1, true, List.of(), Figures.NONE);
    network.sent.clear();
    for (int i = 0; i < 5; i++) {
      rig.from("v2", Role.VOTER, new Message.Relay(w1, v1, copy));
      rig.from("w1", Role.WORKER, copy);
      hears("w1", 1);
    }
    assertThat(state()).isEqualTo(TaskState.RUNNING);
    Message.Rival told = new Message.Rival("copy");
    assertThat(network.sent)
        .contains(
            new ScriptedNetwork.Sent(new NodeId("v2"), new Message.Relay(v1, w1, told)),
            new ScriptedNetwork.Sent(w1, told));

    rig.pass(3);
    rig.from("v2", Role.VOTER, new Message.Relay(w1, v1, copy));
    assertThat(state()).as("the first is silent").isNotEqualTo(TaskState.RUNNING);
    network.sent.clear();
    rig.report("w1", 2, AgentRig.attempt(id, AttemptReport.State.RUNNING));
    assertThat(network.take(Message.Rival.class)).containsExactly(new Message.Rival("start-w1"));
  }

  @Test
  void aNewLeaderWaitsForTheAgentThatTheLedgerHas() {
    leadWithWorker();
    submit(TestCluster.SPEC);
    rig.report("w1", 2, AgentRig.attempt(id, AttemptReport.State.RUNNING));
    lead(3);
    Message.Hello other =
        new Message.Hello("copy", List.of(), TestCluster.capacity(4), "1", 1, 8, 0);
    Message.Report empty =
        new Message.Report(new Fence(1, 3), "copy", 1, true, List.of(), Figures.NONE);
    rig.from("w1", Role.WORKER, other);
    rig.from("w1", Role.WORKER, empty);
    assertThat(state()).isEqualTo(TaskState.RUNNING);
    rig.hello("w1", 4);
    network.sent.clear();
    rig.from("w1", Role.WORKER, empty);
    assertThat(network.take(Message.Rival.class)).containsExactly(new Message.Rival("copy"));
    assertThat(state()).isEqualTo(TaskState.RUNNING);
  }

  @Test
  void anAgentWithAnothersNameSaysSo() {
    AgentRig worker = AgentRig.worker("w1");
    worker.from("v1", Role.VOTER, new Message.Rival("somebody else's"));
    worker.pass(1);
    assertThat(worker.agent.health().reasons()).noneMatch(r -> r.contains("another agent"));
    worker.from(
        "v1", Role.VOTER, new Message.Rival(AgentRig.settings("w1", Role.WORKER).instance()));
    worker.pass(1);
    assertThat(worker.agent.health().reasons())
        .anyMatch(r -> r.contains("another agent is here as node w1 already"));
    worker.pass(5);
    assertThat(worker.agent.health().reasons()).noneMatch(r -> r.contains("another agent"));
  }

  @Test
  void aRelayInsideARelayIsDropped() {
    leadWithWorker();
    NodeId v1 = new NodeId("v1");
    Message.Relay inner =
        new Message.Relay(
            w1, v1, new Message.Hello("x", List.of(), TestCluster.capacity(9), "1", 1, 7, 0));
    rig.from("v2", Role.VOTER, new Message.Relay(new NodeId("v2"), v1, inner));
    assertThat(cluster.state.nodes().get(w1).capacity().slots()).isEqualTo(4);
  }

  @Test
  void aWorkersOrdersThroughAVoterAreNotObeyed() {
    AgentRig worker = AgentRig.worker("w2");
    StartOrder start =
        Reconciler.order(
            new dev.ringrift.core.jobs.Job(1, "k", TestCluster.SPEC, "me", 0),
            dev.ringrift.core.jobs.Attempt.placed(1, w1, List.of(), 0),
            id,
            List.of(),
            Duration.ZERO);
    Message.Orders orders =
        new Message.Orders(new Fence(1, 9), List.of(start), List.of(), List.of(), List.of());
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
}
