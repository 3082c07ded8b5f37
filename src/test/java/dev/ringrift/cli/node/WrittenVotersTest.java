package dev.ringrift.cli.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.core.NodeId;
import dev.ringrift.core.Role;
import dev.ringrift.io.api.FakeView;
import dev.ringrift.io.api.StatusJson;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WrittenVotersTest {
  private static final NodeId V1 = new NodeId("v1");
  private static final NodeId V2 = new NodeId("v2");

  private final FakeView agent = new FakeView(new NodeId("w1"), Role.WORKER);

  private WrittenVoters written(NodeId... voters) {
    return new WrittenVoters(List.of(voters), "RINGRIFT_P2P_VOTERS", agent);
  }

  @Test
  void aListThatTheLedgerContradictsIsSaidAndTheNodeIsWell() {
    agent.leader = Optional.of(V1);
    agent.voters = List.of(V1);
    WholeView view = new WholeView(agent, List.of(), written(V1, V2)::warnings);
    assertThat(StatusJson.healthReply(view.health()).status()).isEqualTo(200);
    assertThat(StatusJson.healthReply(view.health()).tree().path("warnings").get(0).asString())
        .startsWith("RINGRIFT_P2P_VOTERS names the voters [v1, v2], but the ledger has [v1]");
  }

  @Test
  void aListThatIsRightOrThatNobodyWroteIsNotSpokenOf() {
    agent.leader = Optional.of(V1);
    agent.voters = List.of(V1, V2);
    assertThat(written(V2, V1).warnings()).isEmpty();
    assertThat(written().warnings()).isEmpty();
  }

  @Test
  void withoutALeaderTheListIsNotCompared() {
    agent.leader = Optional.empty();
    agent.voters = List.of(V1);
    assertThat(written(V1, V2).warnings()).isEmpty();
  }
}
