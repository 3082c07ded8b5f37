package dev.ringrift.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.core.Fence;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.Role;
import dev.ringrift.core.jobs.AttemptId;
import dev.ringrift.core.ledger.TestCluster;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class NodeDeskTest {
  private final AgentRig rig = AgentRig.worker("w1");
  private final ScriptedNetwork network = rig.network;
  private final ScriptedKeeper keeper = rig.keeper;
  private final AttemptId id = AttemptId.of(1, 0, 1);

  private static StartOrder start(AttemptId id, Duration lease) {
    return new StartOrder(
        id,
        "job",
        List.of("true"),
        "",
        Map.of(),
        "",
        List.of(),
        1,
        0,
        Duration.ZERO,
        lease,
        List.of(),
        "");
  }

  private void orders(String from, Fence fence, Message.Orders orders) {
    rig.from(from, Role.VOTER, orders);
    assertThat(orders.fence()).isEqualTo(fence);
  }

  private void startOrder(String from, long term, Duration lease) {
    Fence fence = new Fence(1, term);
    orders(from, fence, start(fence, start(id, lease)));
  }

  private static Message.Orders start(Fence fence, StartOrder order) {
    return new Message.Orders(fence, List.of(order), List.of(), List.of(), List.of());
  }

  private void renewOrder(long term) {
    Fence fence = new Fence(1, term);
    List<Message.RenewOrder> renew = List.of(new Message.RenewOrder(id, AgentRig.LEASE));
    orders("v1", fence, new Message.Orders(fence, List.of(), renew, List.of(), List.of()));
  }

  private void stopOrder(String from, long term) {
    Fence fence = new Fence(1, term);
    List<Message.StopOrder> stop = List.of(new Message.StopOrder(id, "no longer wanted"));
    orders(from, fence, new Message.Orders(fence, List.of(), List.of(), stop, List.of()));
  }

  private void settledOrder(long term) {
    Fence fence = new Fence(1, term);
    orders("v1", fence, new Message.Orders(fence, List.of(), List.of(), List.of(), List.of(id)));
  }

  private void grant(String from, long term, long askedBootNanos) {
    rig.from(from, Role.VOTER, new Message.LeaseGrant(new Fence(1, term), id, askedBootNanos));
  }

  private void keeperSays(boolean whole, AttemptReport... reports) {
    rig.agent.handle(new Event.KeeperReported(List.of(reports), whole));
  }

  private void acked(String voter, String leader, long term) {
    rig.from(
        voter,
        Role.VOTER,
        new Message.BeatAck(rig.clock.nanos(), leader, new Fence(1, term), Map.of()));
  }

  @Test
  void aFenceIsOnDiskBeforeTheFirstOrderUnderItIsObeyed() {
    startOrder("v1", 5, Duration.ZERO);
    assertThat(keeper.take()).containsExactly("fence 1.5", "start 1.0.1");
    stopOrder("v1", 5);
    assertThat(keeper.take()).containsExactly("stop 1.0.1");
  }

  @Test
  void anOrderOfAnOlderLeaderIsRefusedAndItIsToldWhy() {
    network.connect("v1", "v2");
    startOrder("v2", 5, Duration.ZERO);
    keeper.take();
    stopOrder("v1", 4);
    grant("v1", 4, rig.clock.bootNanos());
    assertThat(keeper.take()).isEmpty();
    assertThat(network.take(Message.Refused.class))
        .containsOnly(new Message.Refused(new Fence(1, 5)));
    assertThat(rig.agent.leader()).isNotEqualTo(java.util.Optional.of(new NodeId("v1")));
  }

  @Test
  void theFenceOutlivesTheAgent() {
    keeper.stored = new Fence(2, 1);
    AgentRig again = AgentRig.worker("w1");
    again.keeper.stored = new Fence(2, 1);
    NodeDesk desk =
        new NodeDesk(
            AgentRig.settings("w1", Role.WORKER),
            again.clock,
            again.network,
            keeper,
            new dev.ringrift.agent.port.Telemetry() {
              @Override
              public dev.ringrift.core.jobs.Capacity capacity() {
                return dev.ringrift.core.jobs.Capacity.NONE;
              }

              @Override
              public Figures figures() {
                return Figures.NONE;
              }
            },
            keeper,
            again.depot,
            new Route(new NodeId("w1"), again.network, (from, message) -> {}));
    Fence old = new Fence(1, 99);
    desk.ordered(new NodeId("v1"), start(old, start(id, Duration.ZERO)));
    assertThat(keeper.take()).as("a higher term of an older epoch").isEmpty();
  }

  @Test
  void aWorkerGivesNoOrders() {
    Fence fence = new Fence(9, 9);
    rig.from("w2", Role.WORKER, start(fence, start(id, Duration.ZERO)));
    assertThat(keeper.take()).isEmpty();
  }

  @Test
  void whatIsKnownIsNotStartedAgain() {
    keeperSays(true, AgentRig.attempt(id, AttemptReport.State.RUNNING));
    startOrder("v1", 5, Duration.ZERO);
    assertThat(keeper.take()).containsExactly("fence 1.5");
  }

  @Test
  void anExclusiveAttemptStartsOnlyOnTheLeadersAnswer() {
    network.connect("v1");
    startOrder("v1", 5, AgentRig.LEASE);
    assertThat(keeper.take()).containsExactly("fence 1.5");
    Message.LeaseAsk ask = network.take(Message.LeaseAsk.class).getFirst();
    grant("v1", 5, ask.askedBootNanos());
    assertThat(keeper.take())
        .as("never without its lease")
        .containsExactly("lease 1.0.1", "start 1.0.1");
  }

  @Test
  void aLeaseCountsFromWhenItWasAskedForOnTheClockThatRunsInSleep() {
    network.connect("v1");
    startOrder("v1", 5, AgentRig.LEASE);
    long asked = network.take(Message.LeaseAsk.class).getFirst().askedBootNanos();
    assertThat(asked).isEqualTo(rig.clock.bootNanos());
    rig.clock.pass(Duration.ofSeconds(20));
    grant("v1", 5, asked);
    assertThat(keeper.leaseUntilBootNanos).isEqualTo(asked + AgentRig.LEASE.toNanos());
  }

  @Test
  void aGrantThatComesAfterItsLeaseIsOverStartsNothing() {
    network.connect("v1");
    startOrder("v1", 5, AgentRig.LEASE);
    long asked = network.take(Message.LeaseAsk.class).getFirst().askedBootNanos();
    keeper.take();
    rig.clock.pass(AgentRig.LEASE);
    grant("v1", 5, asked);
    assertThat(keeper.take()).isEmpty();
  }

  @Test
  void aGrantForAQuestionOfTheFutureStartsNothing() {
    network.connect("v1");
    startOrder("v1", 5, AgentRig.LEASE);
    keeper.take();
    grant("v1", 5, rig.clock.bootNanos() + Duration.ofDays(10).toNanos());
    assertThat(keeper.take()).as("it was asked before a reboot").isEmpty();
  }

  @Test
  void aLeaseIsAskedForAgainAfterAThirdOfIt() {
    network.connect("v1");
    startOrder("v1", 5, AgentRig.LEASE);
    grant("v1", 5, rig.clock.bootNanos());
    network.take(Message.LeaseAsk.class);
    rig.pass(9);
    assertThat(network.take(Message.LeaseAsk.class)).isEmpty();
    rig.pass(1);
    assertThat(network.take(Message.LeaseAsk.class))
        .containsExactly(new Message.LeaseAsk(id, rig.clock.bootNanos()));
    keeperSays(false, AgentRig.attempt(id, AttemptReport.State.SUCCEEDED));
    rig.pass(60);
    assertThat(network.take(Message.LeaseAsk.class)).as("it has ended").isEmpty();
  }

  @Test
  void anExclusiveAttemptThatIsNeverAllowedToStartIsDroppedUntilItIsOrderedAgain() {
    network.connect("v1");
    startOrder("v1", 5, AgentRig.LEASE);
    rig.pass(31);
    network.take(Message.LeaseAsk.class);
    rig.pass(60);
    assertThat(network.take(Message.LeaseAsk.class)).isEmpty();
    startOrder("v1", 5, AgentRig.LEASE);
    assertThat(network.take(Message.LeaseAsk.class)).hasSize(1);
  }

  @Test
  void anExclusiveAttemptThatRunsIsLeasedOnAfterTheAgentsRestart() {
    network.connect("v1");
    keeperSays(true, AgentRig.attempt(id, AttemptReport.State.RUNNING));
    renewOrder(5);
    keeper.take();
    grant("v1", 5, network.take(Message.LeaseAsk.class).getFirst().askedBootNanos());
    assertThat(keeper.take()).containsExactly("lease 1.0.1");
    rig.pass(10);
    assertThat(network.take(Message.LeaseAsk.class)).as("and again").hasSize(1);
  }

  @Test
  void anOrderToGoOnStartsNothing() {
    network.connect("v1");
    renewOrder(5);
    assertThat(network.take(Message.LeaseAsk.class)).isEmpty();
    keeperSays(true, AgentRig.attempt(id, AttemptReport.State.SUCCEEDED));
    renewOrder(5);
    assertThat(network.take(Message.LeaseAsk.class)).isEmpty();
  }

  @Test
  void noLeaseIsAskedForOnceTheKeeperNoLongerKnowsTheAttempt() {
    network.connect("v1");
    keeperSays(true, AgentRig.attempt(id, AttemptReport.State.RUNNING));
    renewOrder(5);
    keeperSays(true);
    network.take(Message.LeaseAsk.class);
    rig.pass(60);
    assertThat(network.take(Message.LeaseAsk.class)).isEmpty();
  }

  @Test
  void anOrderWhoseFenceCannotBeStoredIsRefusedUntilItCan() {
    network.connect("v1", "v2");
    startOrder("v1", 5, Duration.ZERO);
    keeper.take();
    keeper.full = true;
    stopOrder("v2", 6);
    assertThat(keeper.take()).isEmpty();
    assertThat(rig.agent.leader()).isNotEqualTo(java.util.Optional.of(new NodeId("v2")));
    rig.pass(1);
    assertThat(rig.agent.health().reasons())
        .anyMatch(reason -> reason.startsWith("orders of fence 1.6 are refused"));
    assertThat(rig.agent.health().mend()).anyMatch(mend -> mend.contains("data folder is full"));
    keeper.full = false;
    rig.pass(6);
    assertThat(keeper.take()).as("without waiting for an order").containsExactly("fence 1.6");
    assertThat(rig.agent.health().reasons())
        .noneMatch(reason -> reason.startsWith("orders of fence"));
    stopOrder("v2", 6);
    assertThat(keeper.take()).containsExactly("stop 1.0.1");
  }

  @Test
  void whatIsSettledIsForgottenButNotWhileItLives() {
    keeperSays(true, AgentRig.attempt(id, AttemptReport.State.RUNNING));
    settledOrder(5);
    assertThat(keeper.take()).containsExactly("fence 1.5");
    keeperSays(false, AgentRig.attempt(id, AttemptReport.State.SUCCEEDED));
    settledOrder(5);
    assertThat(keeper.take()).containsExactly("forget 1.0.1");
    network.connect("v1");
    rig.pass(5);
    assertThat(network.take(Message.Report.class).getLast().attempts()).isEmpty();
  }

  @Test
  void aReportIsNotWholeBeforeTheKeeperHasSaidAll() {
    network.connect("v1");
    acked("v1", "v1", 5);
    keeperSays(false, AgentRig.attempt(id, AttemptReport.State.RUNNING));
    rig.tick();
    assertThat(network.take(Message.Report.class)).isNotEmpty().noneMatch(Message.Report::whole);
    keeperSays(true);
    rig.tick();
    assertThat(network.take(Message.Report.class)).isNotEmpty().allMatch(Message.Report::whole);
  }

  @Test
  void aWorkerDialsAllVotersUntilItHoldsTheLeaderAndAWitness() {
    rig.tick();
    assertThat(network.dialled).hasSize(3);
    network.connect("v1", "v2", "v3");
    acked("v1", "v2", 5);
    rig.tick();
    assertThat(network.dialled).hasSize(2).containsKey(new NodeId("v2"));
    for (int i = 0; i < 10; i++) {
      java.util.Set<NodeId> held = java.util.Set.copyOf(network.dialled.keySet());
      rig.pass(1);
      assertThat(network.dialled.keySet()).as("it stays with its witness").isEqualTo(held);
    }
    network.connected.remove(new NodeId("v2"));
    rig.tick();
    assertThat(network.dialled).as("the leader is out of reach").hasSize(3);
  }

  @Test
  void aVoterThatWasTakenOutIsHeldNoMore() {
    rig.tick();
    Map<String, List<String>> two = new TreeMap<>();
    two.put("v1", List.of("ws://v1:1"));
    two.put("v4", List.of("ws://v4:1"));
    rig.from("v1", Role.VOTER, new Message.BeatAck(0, "v1", new Fence(1, 5), two));
    rig.tick();
    assertThat(network.dialled).containsOnlyKeys(new NodeId("v1"), new NodeId("v4"));
  }

  @Test
  void aVoterThatFollowsNobodyOrAnOlderLeaderDoesNotSayWhoVotes() {
    acked("v1", "v2", 5);
    Map<String, List<String>> old = Map.of("v1", List.of("ws://v1:1"));
    rig.from("v3", Role.VOTER, new Message.BeatAck(0, "", Fence.NONE, old));
    rig.from("v3", Role.VOTER, new Message.BeatAck(0, "v1", new Fence(1, 4), old));
    rig.tick();
    assertThat(network.dialled.keySet()).isEqualTo(AgentRig.VOTERS.keySet());
  }

  @Test
  void changedAddressesOfAVoterAreDialled() {
    rig.tick();
    Map<String, List<String>> moved = new TreeMap<>();
    AgentRig.VOTERS.forEach((voter, addresses) -> moved.put(voter.value(), addresses));
    moved.put("v2", List.of("ws://elsewhere:1"));
    rig.from("v1", Role.VOTER, new Message.BeatAck(0, "v1", new Fence(1, 5), moved));
    rig.tick();
    assertThat(network.dialled)
        .containsEntry(new NodeId("v2"), List.of("ws://elsewhere:1", "ws://v2:1"));
  }

  @Test
  void beatsGoToTheLeaderAndToTheWitness() {
    rig.tick();
    network.connect("v1", "v2", "v3");
    acked("v1", "v2", 5);
    rig.pass(3);
    network.sent.clear();
    rig.pass(1);
    assertThat(network.sent)
        .filteredOn(sent -> sent.message() instanceof Message.Beat)
        .extracting(ScriptedNetwork.Sent::to)
        .hasSize(2)
        .contains(new NodeId("v2"));
  }

  @Test
  void anOlderWordOfWhoLeadsIsNotBelieved() {
    network.connect("v1", "v2", "v3");
    acked("v1", "v2", 5);
    acked("v3", "v1", 4);
    rig.pass(1);
    assertThat(rig.agent.leader()).contains(new NodeId("v2"));
  }

  @Test
  void aLeaderThatBeginsAnewIsToldAllAtOnce() {
    network.connect("v1", "v2", "v3");
    acked("v1", "v2", 5);
    rig.tick();
    rig.clock.pass(Duration.ofMillis(100));
    network.sent.clear();
    acked("v1", "v2", 6);
    rig.tick();
    assertThat(network.take(Message.Report.class))
        .extracting(Message.Report::to)
        .containsExactly(new Fence(1, 6));
    assertThat(network.take(Message.Hello.class)).hasSize(1);
  }

  @Test
  void aChangedCapacityIsToldAtOnce() {
    network.connect("v1");
    acked("v1", "v1", 5);
    rig.tick();
    network.sent.clear();
    rig.capacity = TestCluster.capacity(3);
    rig.tick();
    assertThat(network.take(Message.Hello.class))
        .extracting(hello -> hello.capacity().slots())
        .containsExactly(3);
  }

  @Test
  void withoutALinkToTheLeaderAVoterHandsOn() {
    network.connect("v3");
    acked("v3", "v1", 5);
    rig.tick();
    assertThat(network.sent)
        .filteredOn(sent -> sent.message() instanceof Message.Relay)
        .allSatisfy(sent -> assertThat(sent.to()).isEqualTo(new NodeId("v3")))
        .isNotEmpty();
  }
}
