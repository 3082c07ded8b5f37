package dev.ringrift.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.agent.view.NodeStatus;
import dev.ringrift.core.Fence;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.Role;
import dev.ringrift.core.jobs.AttemptState;
import dev.ringrift.core.jobs.TaskState;
import dev.ringrift.core.ledger.Command;
import dev.ringrift.core.ledger.NodeRecord;
import dev.ringrift.core.ledger.TestCluster;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What a leader takes for true of the nodes.
class RosterTest extends WithLeader {
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
  void whatSomeoneSaysOfAMachineStandsUntilItIsHeardForAWhile() {
    leadWithWorker();
    cluster.apply(new Command.Say(w1, NodeRecord.Word.PAUSED, "outbid", 5));
    rig.pass(30);
    assertThat(shown("w1")).isEqualTo(NodeStatus.State.PAUSED);
    rig.hello("w1", 4);
    assertThat(word()).as("it may have been on its way").isEqualTo(NodeRecord.Word.PAUSED);
    rig.pass(30);
    rig.hello("w1", 4);
    assertThat(word()).as("so may a second one").isEqualTo(NodeRecord.Word.PAUSED);
    hears("w1", 9);
    rig.hello("w1", 4);
    assertThat(word()).isEqualTo(NodeRecord.Word.PAUSED);
    hears("w1", 1);
    rig.hello("w1", 4);
    assertThat(word()).as("it speaks on and on").isEqualTo(NodeRecord.Word.RUNS);
  }

  private NodeRecord.Word word() {
    return cluster.state.nodes().get(w1).word();
  }

  @Test
  void whatRunsOnAMachineThatIsWronglySaidToBeGoneIsNotStoppedWhileItIsDoubted() {
    leadWithWorker();
    submit(TestCluster.SPEC);
    AttemptReport runs = AgentRig.attempt(id, AttemptReport.State.RUNNING);
    rig.report("w1", 2, runs);
    cluster.apply(new Command.Say(w1, NodeRecord.Word.GONE, "mistaken", 5));
    network.sent.clear();
    rig.hello("w1", 4);
    for (int i = 0; i < 10; i++) {
      rig.report("w1", 2, runs);
      rig.pass(1);
    }
    assertThat(cluster.attempt(id).state()).isEqualTo(AttemptState.LOST);
    rig.hello("w1", 4);
    rig.report("w1", 2, runs);
    assertThat(cluster.attempt(id).state()).isEqualTo(AttemptState.RUNNING);
    assertThat(network.take(Message.Orders.class)).allMatch(orders -> orders.stop().isEmpty());
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
  void aLateMessageOfAnEarlierStartOfANodeChangesNothing() {
    leadWithWorker();
    Message.Report before =
        new Message.Report(new Fence(1, 2), "start-0", 99, true, List.of(), Figures.NONE);
    Message.Hello again =
        new Message.Hello("start-0", List.of(), TestCluster.capacity(9), "0", 1, 7, 0);
    rig.from("w2", Role.WORKER, again);
    rig.pass(3);
    rig.report("w2", 2);
    rig.from("w2", Role.WORKER, before);
    rig.hello("w2", 1);
    assertThat(cluster.state.nodes().get(new NodeId("w2")).capacity().slots()).isEqualTo(1);
    rig.from("w2", Role.WORKER, again);
    assertThat(cluster.state.nodes().get(new NodeId("w2")).capacity().slots()).isEqualTo(1);
  }
}
