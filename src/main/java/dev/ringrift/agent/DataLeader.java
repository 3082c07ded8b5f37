package dev.ringrift.agent;

import dev.ringrift.agent.data.Collected;
import dev.ringrift.agent.data.CopyOrder;
import dev.ringrift.agent.data.Depot;
import dev.ringrift.agent.data.SaveOrder;
import dev.ringrift.agent.data.Saved;
import dev.ringrift.agent.port.Clock;
import dev.ringrift.agent.port.Ledger;
import dev.ringrift.agent.view.DataView;
import dev.ringrift.core.Fence;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.data.ObjectId;
import dev.ringrift.core.jobs.AttemptId;
import dev.ringrift.core.ledger.ClusterState;
import dev.ringrift.core.ledger.Command;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// What the leader does about the cluster's files: remembers who holds what, and tells nodes what
/// to fetch from whom. All orders follow from the ledger and the newest reports, and are said again
/// each second for as long as they hold; a lost message or a new leader changes nothing.
///
/// Used on the agent's loop, by the leader only.
final class DataLeader {
  private static final long EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long GIVEN_UP_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final long HURRIED_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
  private static final int ORDERS_MAX = 32;
  private static final int REMOVED_MAX = 1_000;
  private static final int GIVEN_UP_MAX = 10_000;
  private static final Stock NONE = new Stock();

  private final Clock clock;
  private final Ledger ledger;
  private final LeaderDesk desk;
  private final Route route;
  private final NodeDesk node;
  private final Predicate<NodeId> well;
  private final Map<NodeId, Stock> stocks = new TreeMap<>();
  private final Map<ObjectId, Long> givenUp = new HashMap<>();
  private final Deliveries deliveries = new Deliveries();
  private Fence fence = Fence.NONE;
  private long nextNanos;
  private long lastNanos;

  /// @param well whether a node is heard, so that it can be a source or take a copy
  DataLeader(
      Clock clock,
      Ledger ledger,
      LeaderDesk desk,
      Route route,
      NodeDesk node,
      Predicate<NodeId> well) {
    this.clock = clock;
    this.ledger = ledger;
    this.desk = desk;
    this.route = route;
    this.node = node;
    this.well = well;
    nextNanos = clock.nanos();
    lastNanos = nextNanos;
    desk.collectedBy(this::delivered);
  }

  /// What a node has kept of ended attempts and may be committed.
  private Map<AttemptId, Collected> delivered(NodeId id) {
    return stocks.getOrDefault(id, NONE).collected().values().stream()
        .filter(kept -> !kept.problem().isEmpty() || deliveries.safe(kept.attempt()))
        .collect(Collectors.toMap(Collected::attempt, kept -> kept));
  }

  private Set<AttemptId> delivering(NodeId id, Stock stock) {
    Set<AttemptId> waiting = new HashSet<>(stock.collected().keySet());
    waiting.removeAll(delivered(id).keySet());
    return waiting;
  }

  /// What is remembered, as nobody changes it any more.
  Map<NodeId, DataView.OnNode> view() {
    Map<NodeId, DataView.OnNode> found = new TreeMap<>();
    stocks.forEach(
        (id, stock) ->
            found.put(
                id,
                new DataView.OnNode(
                    stock.url(),
                    stock.whole(),
                    stock.spare(),
                    stock.fetches(),
                    delivering(id, stock))));
    return Map.copyOf(found);
  }

  /// Has copies removed from all nodes, for a minute; what a name means by then stays.
  void giveUp(Collection<ObjectId> ids) {
    long until = clock.nanos() + GIVEN_UP_NANOS;
    ids.stream().limit(GIVEN_UP_MAX - givenUp.size()).forEach(id -> givenUp.put(id, until));
  }

  /// A node says what it holds.
  void report(NodeId from, Message.DataReport report) {
    if (!desk.acts() || !report.to().equals(desk.fence())) {
      return;
    }
    begin(clock.nanos());
    Stock stock = stocks.computeIfAbsent(from, x -> new Stock());
    if (!stock.take(report)) {
      return;
    }
    if (!stock.right()) {
      send(from, true, List.of(), List.of(), List.of());
    }
    if (!stock.collected().isEmpty()) {
      desk.settle(from);
    }
    if (!delivering(from, stock).isEmpty() || (report.all() && deliveries.waiting())) {
      hurry();
    }
  }

  /// An output that waits for its copy holds up its job.
  private void hurry() {
    nextNanos = Math.min(nextNanos, lastNanos + HURRIED_NANOS);
  }

  /// A new term knows nothing of what nodes hold, and asks at once.
  private void begin(long nowNanos) {
    if (!fence.equals(desk.fence())) {
      fence = desk.fence();
      nextNanos = nowNanos;
      stocks.clear();
      givenUp.clear();
      deliveries.begin();
    }
  }

  /// Does what is due.
  void tick() {
    long now = clock.nanos();
    if (!desk.acts()) {
      return;
    }
    begin(now);
    if (now - nextNanos < 0) {
      return;
    }
    lastNanos = now;
    nextNanos = now + EVERY_NANOS;
    givenUp.values().removeIf(until -> now - until >= 0);
    Set<NodeId> nodes = ledger.read(state -> Set.copyOf(state.nodes().keySet()));
    stocks.keySet().retainAll(nodes);
    askThoseWhoSaidNothing(nodes);
    Plans plans = ledger.read(this::plans);
    DataPlan plan = plans.files();
    plans.commands().forEach(this::propose);
    plans.delivered().forEach(desk::settle);
    Set<ObjectId> unwanted = new HashSet<>(givenUp.keySet());
    unwanted.addAll(plans.outdated());
    unwanted.removeAll(plan.needed());
    for (Map.Entry<NodeId, Stock> entry : stocks.entrySet()) {
      List<CopyOrder> orders = plan.orders(entry.getKey(), ORDERS_MAX);
      List<ObjectId> remove = entry.getValue().among(unwanted, REMOVED_MAX);
      remove.removeIf(id -> plan.reads(entry.getKey(), id));
      remove.addAll(evicted(entry.getKey(), entry.getValue(), plan));
      List<SaveOrder> save = plans.save().getOrDefault(entry.getKey(), List.of());
      if (!orders.isEmpty() || !remove.isEmpty() || !save.isEmpty()) {
        send(entry.getKey(), false, orders, remove, save);
      }
    }
  }

  /// What a node said before this leader could act was not taken, and the node does not know that.
  private void askThoseWhoSaidNothing(Set<NodeId> nodes) {
    for (NodeId id : nodes) {
      if (!stocks.containsKey(id)) {
        send(id, true, List.of(), List.of(), List.of());
      }
    }
  }

  /// All that is read of the ledger at once.
  private Plans plans(ClusterState state) {
    DataPlan files = new DataPlan(state, stocks, well);
    CheckpointPlan checkpoints = new CheckpointPlan(state, clock.wallMillis());
    List<Command> commands = new ArrayList<>(checkpoints.ended());
    Map<NodeId, List<SaveOrder>> save = new HashMap<>();
    stocks.forEach(
        (id, stock) -> {
          save.put(id, checkpoints.orders(id));
          for (Saved each : stock.saved()) {
            if (checkpoints.isNews(id, each) && files.secured(id, each.content(), List.of())) {
              commands.add(checkpoints.publish(each));
            }
          }
        });
    return new Plans(files, save, commands, checkpoints.outdated(), delivered(state, files));
  }

  /// The nodes of which an output may be committed that could not be before.
  private Set<NodeId> delivered(ClusterState state, DataPlan files) {
    Set<NodeId> found = new HashSet<>();
    Set<AttemptId> all = new HashSet<>();
    for (Map.Entry<NodeId, Stock> entry : stocks.entrySet()) {
      NodeId maker = entry.getKey();
      boolean alone =
          state.nodes().keySet().stream().noneMatch(n -> !n.equals(maker) && well.test(n));
      for (Collected kept : entry.getValue().collected().values()) {
        all.add(kept.attempt());
        if (deliveries.look(state, files, maker, kept, alone, clock.nanos())) {
          found.add(maker);
        }
      }
    }
    deliveries.retain(all);
    return found;
  }

  /// Nothing is awaited: what was not committed is said again in a second.
  private void propose(Command command) {
    ledger.propose(command, proposal -> {});
  }

  private record Plans(
      DataPlan files,
      Map<NodeId, List<SaveOrder>> save,
      List<Command> commands,
      List<ObjectId> outdated,
      Set<NodeId> delivered) {}

  /// Copies that a node with too many may give up, least lately used first. They are taken off what
  /// it holds at once: of two holders that ask at the same time only one may let its copy go.
  private static List<ObjectId> evicted(NodeId node, Stock stock, DataPlan plan) {
    List<ObjectId> found = new ArrayList<>();
    long over = stock.overBytes();
    for (Depot.Spare copy : stock.spare()) {
      if (over > 0 && stock.holds(copy.id()) && plan.mayGo(node, copy.id())) {
        found.add(copy.id());
        over -= copy.sizeBytes();
        stock.gone(copy.id());
        plan.gone(node, copy.id());
      }
    }
    stock.overBytes(over);
    return found;
  }

  private void send(
      NodeId to,
      boolean tell,
      List<CopyOrder> orders,
      List<ObjectId> remove,
      List<SaveOrder> save) {
    route.send(
        to,
        new Message.DataOrders(desk.fence(), tell, orders, remove, List.of(), save),
        node.voters());
  }
}
