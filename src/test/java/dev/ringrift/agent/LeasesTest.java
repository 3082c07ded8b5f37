package dev.ringrift.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.core.Fence;
import dev.ringrift.core.Role;
import dev.ringrift.core.jobs.AttemptState;
import dev.ringrift.core.jobs.JobSpec;
import dev.ringrift.core.ledger.Command;
import dev.ringrift.core.ledger.TestCluster;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// What runs on a lease.
class LeasesTest extends WithLeader {
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

  /// Its node comes back with an empty folder: what was started there may run on.
  @Test
  void anExclusiveAttemptWithALeaseIsNotStartedAgainBeforeThatIsOver() {
    leadWithWorker();
    submit(TestCluster.EXCLUSIVE);
    assertThat(started()).as("no lease was ever given").isTrue();
    rig.report("w1", 2);
    assertThat(started()).as("the first order was lost").isTrue();
    rig.from("w1", Role.WORKER, new Message.LeaseAsk(id, 5));
    for (int second = 0; second < 30; second++) {
      rig.report("w1", 2);
      assertThat(started()).isFalse();
      rig.pass(1);
    }
    rig.pass(3);
    rig.report("w1", 2);
    assertThat(started()).isTrue();
  }

  @Test
  void aNewLeaderStartsNoExclusiveAttemptOfBeforeUntilAWholeLeaseHasPassed() {
    leadWithWorker();
    submit(TestCluster.EXCLUSIVE);
    lead(3);
    rig.hello("w1", 4);
    rig.report("w1", 3);
    started();
    rig.pass(30);
    rig.report("w1", 3);
    assertThat(started()).isFalse();
    rig.pass(3);
    rig.report("w1", 3);
    assertThat(started()).isTrue();
  }

  private boolean started() {
    return network.take(Message.Orders.class).stream().anyMatch(each -> !each.start().isEmpty());
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
}
