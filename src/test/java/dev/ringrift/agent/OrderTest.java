package dev.ringrift.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.agent.port.Ledger;
import dev.ringrift.core.Fence;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.Role;
import dev.ringrift.core.election.ElectionTimings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Who of the voters ought to lead, and on which timings.
class OrderTest extends WithLeader {
  @Test
  void aVoterIsAddedWhenTheTimingsSufficeForItsDistance() {
    alone(ElectionTimings.LAN);
    rig.pass(2);
    assertThat(ledger.calls).as("nobody has answered").noneMatch(c -> c.startsWith("voters"));
    answers("v2", 2);
    answers("v2", 2);
    rig.pass(1);
    assertThat(ledger.calls).contains("voters [v1, v2]");
  }

  @Test
  void beforeAVoterFromFarIsAddedTheTimingsGetLonger() {
    alone(ElectionTimings.LAN);
    answers("v3", 180);
    answers("v3", 150);
    rig.pass(14);
    ElectionTimings longer = new ElectionTimings(Duration.ofMillis(600));
    assertThat(cluster.state.settings().election()).isEqualTo(longer);
    assertThat(ledger.calls)
        .contains("retime v1 600 ms")
        .noneMatch(call -> call.startsWith("voters"));
    alone(longer);
    rig.pass(1);
    assertThat(ledger.calls).contains("voters [v1, v3]");
  }

  private void alone(ElectionTimings timings) {
    ledger.leads(2, "v1", true, true);
    ledger.voters.put(new NodeId("v1"), new Ledger.Progress(0, 0, Optional.of(timings)));
  }

  private void answers(String voter, long afterMillis) {
    long sent = rig.clock.nanos() - Duration.ofMillis(afterMillis).toNanos();
    rig.from(voter, Role.VOTER, new Message.BeatAck(sent, "", Fence.NONE, Map.of()));
  }

  @Test
  void theLeaderHandsTheLeadToASeniorThatIsStable() {
    AgentRig junior = AgentRig.voter("v2");
    junior.ledger.leads(2, "v2", true, true);
    for (String voter : List.of("v1", "v2", "v3")) {
      junior.ledger.voters.put(
          new NodeId(voter), new Ledger.Progress(0, 0, Optional.of(ElectionTimings.LAN)));
    }
    junior.pass(29);
    assertThat(junior.ledger.calls).doesNotContain("transfer v1");
    junior.pass(4);
    assertThat(junior.ledger.calls)
        .contains("prioritise {v1=0, v2=2, v3=0}", "prioritise {v1=3, v2=2, v3=1}", "transfer v1");
  }
}
