package dev.ringrift.cli.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.core.NodeId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Where others are told to dial a node.
class ReachTest {
  private static final NodeId V1 = new NodeId("v1");
  private static final NodeId W1 = new NodeId("w1");

  private static boolean hidden(String bind, NodeId self, String voter) {
    return Reach.hidden(bind, self, Map.of(V1, List.of(voter)));
  }

  @Test
  void whoListensOnLoopbackIsHiddenFromVotersOnOtherMachines() {
    assertThat(hidden("127.0.0.1", W1, "ws://100.64.0.7:8770")).isTrue();
    assertThat(hidden("127.0.0.1", W1, "wss://voter.example.org")).isTrue();
  }

  @Test
  void aClusterOnOneMachineDialsByLoopback() {
    assertThat(hidden("127.0.0.1", W1, "ws://127.0.0.1:8770")).isFalse();
    assertThat(hidden("127.0.0.1", W1, "ws://localhost:8770")).isFalse();
  }

  @Test
  void whoListensElsewhereOrIsTheOnlyVoterIsNotHidden() {
    assertThat(hidden("0.0.0.0", W1, "ws://100.64.0.7:8770")).isFalse();
    assertThat(hidden("127.0.0.1", V1, "ws://100.64.0.7:8770")).isFalse();
  }
}
