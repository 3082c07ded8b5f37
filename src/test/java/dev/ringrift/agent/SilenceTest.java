package dev.ringrift.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.agent.view.NodeStatus;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.Role;
import dev.ringrift.core.jobs.AttemptState;
import dev.ringrift.core.jobs.JobSpec;
import dev.ringrift.core.jobs.TaskState;
import dev.ringrift.core.ledger.TestCluster;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What silence leads to, and what it never does.
class SilenceTest extends WithLeader {
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
  void aCancelledTaskDoesNotWaitForASilentNodeWhateverItsLostAfter() {
    leadWithWorker();
    submit(TestCluster.EXCLUSIVE.withDisconnect(new JobSpec.Disconnect(Duration.ofDays(1), true)));
    rig.report("w1", 2, AgentRig.attempt(id, AttemptReport.State.RUNNING));
    cluster.cancel(1, 0);
    rig.pass(9);
    assertThat(state()).as("it may yet end by itself").isEqualTo(TaskState.RUNNING);
    rig.pass(3);
    assertThat(state()).isEqualTo(TaskState.CANCELLED);
    assertThat(cluster.attempt(id).live()).as("its lease may still run").isTrue();
    network.sent.clear();
    rig.beat("w1");
    rig.report("w1", 2, AgentRig.attempt(id, AttemptReport.State.RUNNING));
    assertThat(network.take(Message.Orders.class).getLast().stop())
        .containsExactly(new Message.StopOrder(id, "no longer wanted"));
    rig.report("w1", 2, AgentRig.attempt(id, AttemptReport.State.SUCCEEDED));
    assertThat(state()).as("too late").isEqualTo(TaskState.CANCELLED);
    assertThat(cluster.task(1, 0).committed()).isZero();
  }
}
