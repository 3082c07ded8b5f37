package dev.ringrift.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.agent.view.Health;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.Role;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// What an agent tells of itself.
class OutlookTest extends WithLeader {
  @Test
  void aMomentWithoutConfirmationIsNoMatterForPeople() {
    leadWithWorker();
    assertThat(rig.agent.health().status()).isEqualTo(Health.State.OK);
    for (int i = 0; i < 5; i++) {
      ledger.leads(2, "v1", true, false);
      rig.clock.pass(Duration.ofMillis(600));
      rig.tick();
      assertThat(rig.agent.health().status()).isEqualTo(Health.State.OK);
      assertThat(rig.agent.leader()).as("writes are sent to nobody").isEmpty();
      ledger.leads(2, "v1", true, true);
      rig.clock.pass(Duration.ofMillis(600));
      rig.tick();
    }
    ledger.leads(2, "v1", true, false);
    rig.pass(3);
    assertThat(rig.agent.health().leader()).isEmpty();
    assertThat(rig.agent.health().reasons())
        .contains("a majority of the voters does not answer this leader");
  }

  @Test
  void aMomentBetweenTwoLeadersIsNoMatterForPeople() {
    leadWithWorker();
    ledger.nobodyLeads(2);
    rig.pass(1);
    assertThat(rig.agent.health().status()).isEqualTo(Health.State.OK);
    assertThat(rig.agent.health().leader()).as("but nobody is named").isEmpty();
    rig.pass(2);
    assertThat(rig.agent.health().reasons()).contains("no leader is known");
    ledger.leads(3, "v2", false, false);
    rig.pass(1);
    assertThat(rig.agent.health().status()).isEqualTo(Health.State.OK);
  }

  @Test
  void whileTheProgramStoodStillItCouldNotHearOfALeader() {
    leadWithWorker();
    ledger.nobodyLeads(2);
    rig.clock.pass(Duration.ofSeconds(20));
    rig.tick();
    assertThat(rig.agent.health().status()).isEqualTo(Health.State.OK);
    rig.pass(3);
    assertThat(rig.agent.health().reasons()).contains("no leader is known");
  }

  @Test
  void aNodeWithoutALeaderSaysWhyItReachesNoVoter() {
    AgentRig worker = AgentRig.worker("w1");
    NodeId voter = new NodeId("v1");
    worker.agent.handle(new Event.DialFailed(voter, List.of("ws://v1:1: refused: wrong node")));
    worker.pass(1);
    assertThat(worker.agent.health().reasons())
        .contains("cannot reach v1: ws://v1:1: refused: wrong node");
    worker.agent.handle(new Event.LinkUp(voter, Role.VOTER));
    worker.pass(1);
    assertThat(worker.agent.health().reasons()).containsExactly("no leader is known");
  }

  @Test
  void healthIsAnsweredWhileTheLoopWaitsForTheLedgerAndSaysThatItStandsStill() throws Exception {
    leadWithWorker();
    rig.pass(20);
    assertThat(rig.agent.health().status()).isEqualTo(Health.State.OK);
    ScriptedLedger.Hold hold = new ScriptedLedger.Hold();
    ledger.held = Optional.of(hold);
    try (AgentLoop loop = new AgentLoop()) {
      loop.start(rig.agent, broken -> {});
      assertThat(hold.awaitReached()).as("the loop waits").isTrue();
      assertThat(asked().reasons()).as("not at once").isEmpty();
      rig.clock.pass(Duration.ofSeconds(6));
      assertThat(asked().status()).isEqualTo(Health.State.DEGRADED);
      assertThat(asked().reasons()).containsExactly("the agent's loop has stood still for 6 s");
      assertThat(asked().mend()).anyMatch(mend -> mend.contains("disk"));
      assertThat(rig.agent.status().nodes()).as("the picture stays").isNotEmpty();
    } finally {
      ledger.held = Optional.empty();
      hold.open();
    }
  }

  /// Asked on another thread, so that an answer that never comes fails the test.
  private Health asked() {
    return CompletableFuture.supplyAsync(rig.agent::health).orTimeout(10, TimeUnit.SECONDS).join();
  }
}
