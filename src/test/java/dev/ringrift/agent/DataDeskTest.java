package dev.ringrift.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.agent.data.CopyOrder;
import dev.ringrift.agent.data.FetchReport;
import dev.ringrift.core.Fence;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.Role;
import dev.ringrift.core.data.Content;
import dev.ringrift.core.data.ObjectId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What a worker does about the cluster's files.
class DataDeskTest {
  static final ObjectId A = ObjectId.parse("aa".repeat(32));
  static final ObjectId B = ObjectId.parse("bb".repeat(32));
  private static final Fence FENCE = new Fence(1, 3);

  private final AgentRig rig = AgentRig.worker("w1");

  DataDeskTest() {
    rig.network.connect("v1", "v2");
    lead("v1", FENCE);
  }

  private void lead(String leader, Fence fence) {
    rig.from(leader, Role.VOTER, new Message.BeatAck(0, leader, fence, Map.of()));
  }

  private static CopyOrder order(ObjectId id) {
    return new CopyOrder(
        new Content(id, 10, id.hash()),
        "models/a",
        List.of(new CopyOrder.At(new NodeId("w2"), "http://w2:8766", true)));
  }

  private void orders(Fence fence, boolean tell, List<CopyOrder> fetch, List<ObjectId> remove) {
    rig.from(
        "v1", Role.VOTER, new Message.DataOrders(fence, tell, fetch, remove, List.of(), List.of()));
  }

  private Message.DataReport last() {
    return rig.network.take(Message.DataReport.class).getLast();
  }

  @Test
  void theSetIsToldWhenItChangesAndOnlyItsMarkOtherwise() {
    rig.depot.hold(A);
    rig.pass(1);
    Message.DataReport first = last();
    assertThat(first.all()).isTrue();
    assertThat(first.whole()).containsExactly(A);
    rig.pass(6);
    Message.DataReport second = last();
    assertThat(second.all()).isFalse();
    assertThat(second.whole()).isEmpty();
    assertThat(second.mark()).isEqualTo(first.mark());
    rig.depot.hold(A, B);
    rig.pass(1);
    assertThat(last().whole()).containsExactly(A, B);
  }

  @Test
  void aNewLeaderIsToldAllAndOneThatAsksToo() {
    rig.depot.hold(A);
    rig.pass(1);
    last();
    lead("v1", new Fence(1, 4)); // the one that gives orders, in a new term
    rig.pass(1);
    assertThat(last().whole()).containsExactly(A);
    rig.network.sent.clear();
    orders(new Fence(1, 4), true, List.of(), List.of());
    rig.tick();
    assertThat(rig.network.sent)
        .extracting(sent -> sent.message().getClass().getSimpleName())
        .as("a leader listens to nobody before it knows who that is")
        .containsSubsequence("Hello", "Report", "DataReport");
    assertThat(last().whole()).containsExactly(A);
  }

  @Test
  void aFetchIsToldOfEachSecond() {
    orders(FENCE, false, List.of(order(A)), List.of());
    assertThat(rig.depot.ordered).hasSize(1);
    rig.pass(3);
    assertThat(rig.network.take(Message.DataReport.class)).hasSizeBetween(3, 4);
  }

  @Test
  void anOrderOfAnOldLeaderIsRefused() {
    orders(FENCE, false, List.of(order(A)), List.of());
    orders(new Fence(1, 2), false, List.of(order(B)), List.of(A));
    assertThat(rig.depot.ordered).hasSize(1);
    assertThat(rig.depot.removed).isEmpty();
  }

  @Test
  void aCopyGoesOnlyOnTheWordOfTheLeaderThatCountsIt() {
    rig.depot.hold(A);
    rig.pass(1);
    lead("v2", new Fence(1, 4));
    rig.pass(1);
    orders(FENCE, false, List.of(), List.of(A));
    assertThat(rig.depot.removed).isEmpty();
    orders(new Fence(1, 4), false, List.of(), List.of(A));
    assertThat(rig.depot.removed).containsExactly(A);
  }

  @Test
  void aFetchThatFailedIsBegunAgainLaterAndLater() {
    orders(FENCE, false, List.of(order(A)), List.of());
    int begun = 1;
    for (int wait : new int[] {5, 10, 20}) {
      rig.depot.fetches = List.of(ScriptedDepot.report(A, "models/a", FetchReport.State.FAILED));
      for (int second = 1; second < wait; second++) {
        orders(FENCE, false, List.of(order(A)), List.of());
        rig.pass(1);
      }
      assertThat(rig.depot.ordered).as("within %d s", wait).hasSize(begun);
      rig.pass(1);
      orders(FENCE, false, List.of(order(A)), List.of());
      assertThat(rig.depot.ordered).hasSize(++begun);
    }
  }

  @Test
  void sourcesOfARunningFetchAreHandedOnAtOnce() {
    orders(FENCE, false, List.of(order(A)), List.of());
    orders(FENCE, false, List.of(order(A)), List.of());
    assertThat(rig.depot.ordered).hasSize(2);
  }
}
