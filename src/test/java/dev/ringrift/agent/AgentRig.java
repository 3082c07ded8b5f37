package dev.ringrift.agent;

import dev.ringrift.agent.data.Collected;
import dev.ringrift.agent.data.Depot;
import dev.ringrift.agent.data.FetchReport;
import dev.ringrift.agent.data.Saved;
import dev.ringrift.agent.port.Telemetry;
import dev.ringrift.core.Fence;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.Role;
import dev.ringrift.core.data.ObjectId;
import dev.ringrift.core.jobs.AttemptId;
import dev.ringrift.core.jobs.Capacity;
import dev.ringrift.core.ledger.ClusterSettings;
import dev.ringrift.core.ledger.TestCluster;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// One agent with scripted ports. Voters are `v1`, `v2`, `v3`.
final class AgentRig {
  /// The version of commands that the agent reads.
  static final int COMMANDS = 3;

  static final Duration LEASE = ClusterSettings.FIRST.lease();
  static final Map<NodeId, List<String>> VOTERS =
      Map.of(
          new NodeId("v1"), List.of("ws://v1:1"),
          new NodeId("v2"), List.of("ws://v2:1"),
          new NodeId("v3"), List.of("ws://v3:1"));

  final ScriptedClock clock = new ScriptedClock();
  final ScriptedNetwork network = new ScriptedNetwork();
  final ScriptedKeeper keeper = new ScriptedKeeper();
  final ScriptedDepot depot = new ScriptedDepot();
  final ScriptedLedger ledger = new ScriptedLedger();
  final ArrayDeque<Event> inbox = new ArrayDeque<>();
  final Agent agent;
  Capacity capacity = TestCluster.capacity(0);
  private long seq;

  private AgentRig(String node, Role role) {
    Telemetry telemetry =
        new Telemetry() {
          @Override
          public Capacity capacity() {
            return capacity;
          }

          @Override
          public Figures figures() {
            return Figures.NONE;
          }
        };
    agent =
        new Agent(
            settings(node, role),
            clock,
            network,
            role == Role.VOTER ? Optional.of(ledger) : Optional.empty(),
            keeper,
            telemetry,
            keeper,
            depot,
            inbox::add);
  }

  static AgentSettings settings(String node, Role role) {
    return new AgentSettings(
        new NodeId(node),
        role,
        "start-1",
        List.of(),
        "",
        "1",
        COMMANDS,
        7,
        VOTERS,
        Duration.ofSeconds(30),
        Duration.ofSeconds(10));
  }

  static AgentRig voter(String node) {
    return new AgentRig(node, Role.VOTER);
  }

  static AgentRig worker(String node) {
    return new AgentRig(node, Role.WORKER);
  }

  /// Ticks once, and handles all that comes of it.
  AgentRig tick() {
    agent.tick();
    return pump();
  }

  AgentRig pump() {
    while (!inbox.isEmpty()) {
      agent.handle(inbox.removeFirst());
    }
    return this;
  }

  /// Lets time pass in steps of a second, with a tick after each.
  AgentRig pass(int seconds) {
    for (int i = 0; i < seconds; i++) {
      clock.pass(Duration.ofSeconds(1));
      tick();
    }
    return this;
  }

  void from(String node, Role role, Message message) {
    agent.handle(new Event.MessageCame(new NodeId(node), role, message));
    pump();
  }

  void hello(String node, int slots) {
    Message.Hello hello =
        new Message.Hello("start-" + node, List.of(), TestCluster.capacity(slots), "1", 1, 7, 0);
    from(node, Role.WORKER, hello);
  }

  /// A voter's program says which commands it reads.
  void voterReads(String node, int commands) {
    Message.Hello hello =
        new Message.Hello(
            "start-" + node, List.of(), Capacity.NONE, "v" + commands, commands, 7, 0);
    from(node, Role.VOTER, hello);
  }

  void beat(String node) {
    from(node, Role.WORKER, new Message.Beat("start-" + node, ++seq, 0, 0));
  }

  /// A whole report to the leader of that term.
  void report(String node, long term, AttemptReport... attempts) {
    Message.Report report =
        new Message.Report(
            new Fence(1, term), "start-" + node, ++seq, true, List.of(attempts), Figures.NONE);
    from(node, Role.WORKER, report);
  }

  /// A whole report of a node's files to the leader of term 3.
  void files(
      String node,
      List<ObjectId> whole,
      List<Depot.Spare> spare,
      long overBytes,
      List<FetchReport> fetches,
      List<Collected> collected,
      List<Saved> saved) {
    from(
        node,
        node.startsWith("v") ? Role.VOTER : Role.WORKER,
        new Message.DataReport(
            new Fence(1, 3),
            "start-" + node,
            ++seq,
            "http://%s:8766".formatted(node),
            DataDesk.mark(Set.copyOf(whole)),
            true,
            whole,
            spare,
            overBytes,
            fetches,
            collected,
            saved));
  }

  /// A node that runs nothing says that it takes nothing new, or, with an empty reason, that it
  /// does.
  void refuses(String node, long term, String why) {
    Figures figures = new Figures(-1, 0, 0, List.of(), why, why);
    Fence fence = new Fence(1, term);
    from(
        node,
        Role.WORKER,
        new Message.Report(fence, "start-" + node, ++seq, true, List.of(), figures));
  }

  static AttemptReport attempt(AttemptId id, AttemptReport.State state) {
    return new AttemptReport(id, state, 0, "", 5, state.ended() ? 6 : 0);
  }
}
