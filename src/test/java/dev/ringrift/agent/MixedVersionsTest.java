package dev.ringrift.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.core.NodeId;
import dev.ringrift.core.ledger.Command;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The leader of a cluster of which the voters are updated one after the other.
class MixedVersionsTest {
  private final AgentRig rig = AgentRig.voter("v1");

  @BeforeEach
  void lead() {
    rig.ledger.leads(2, "v1", true, true);
    rig.tick();
  }

  private int version() {
    return rig.ledger.cluster.state.version();
  }

  @Test
  void theVersionIsRaisedWhenEveryVoterReadsItAndNotBefore() {
    rig.voterReads("v1", 3);
    rig.voterReads("v2", 2);
    rig.pass(2);
    assertThat(version()).as("v3 has said nothing").isEqualTo(1);
    rig.voterReads("v3", 1);
    rig.pass(2);
    assertThat(version()).as("v3 is old").isEqualTo(1);
    rig.voterReads("v3", 3);
    rig.pass(2);
    assertThat(version()).as("v2 reads only that").isEqualTo(2);
    assertThat(rig.ledger.calls.stream().filter("RaiseVersion"::equals)).hasSize(1);
  }

  @Test
  void aWorkersAgeDoesNotMatter() {
    rig.hello("w1", 1);
    for (String voter : List.of("v1", "v2", "v3")) {
      rig.voterReads(voter, 2);
    }
    rig.pass(2);
    assertThat(version()).isEqualTo(2);
  }

  @Test
  void aLeaderRaisesToNothingThatItDoesNotReadItself() {
    for (String voter : List.of("v1", "v2", "v3")) {
      rig.voterReads(voter, AgentRig.COMMANDS + 1);
    }
    rig.pass(2);
    assertThat(version()).isEqualTo(AgentRig.COMMANDS);
  }

  @Test
  void oneRaiseIsOnItsWayAtATime() {
    for (String voter : List.of("v1", "v2", "v3")) {
      rig.voterReads(voter, 2);
    }
    rig.ledger.prompt = false;
    rig.pass(3);
    assertThat(rig.ledger.proposed(Command.RaiseVersion.class)).hasSize(1);
    rig.ledger.unclear();
    rig.pass(2);
    assertThat(rig.ledger.proposed(Command.RaiseVersion.class)).hasSize(1);
  }

  @Test
  void whatANodeReadsNowIsWrittenDownAgain() {
    rig.voterReads("v2", 1);
    rig.voterReads("v2", 2);
    rig.tick();
    assertThat(rig.ledger.cluster.state.nodes().get(new NodeId("v2")).commands()).isEqualTo(2);
  }
}
