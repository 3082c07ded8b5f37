package dev.ringrift.agent;

import dev.ringrift.agent.data.Collected;
import dev.ringrift.agent.data.CopyOrder;
import dev.ringrift.agent.data.Depot;
import dev.ringrift.agent.data.FetchReport;
import dev.ringrift.agent.port.Clock;
import dev.ringrift.core.Fence;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.data.ObjectId;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What a node does about the cluster's files: tells the leader what it holds and how its fetches
/// go, and fetches and gives up what it is ordered to.
///
/// Reports carry a mark of the set that is held, and the set itself only when it has changed or the
/// leader asks for it. A fetch that failed is not begun again at once, however often it is ordered.
///
/// Used on the agent's loop.
final class DataDesk {
  private static final Duration IDLE_EVERY = Duration.ofSeconds(5);
  private static final Duration BUSY_EVERY = Duration.ofSeconds(1);
  private static final Duration NEWS_EVERY = Duration.ofMillis(250);
  private static final Duration RETRY_FIRST = Duration.ofSeconds(5);
  private static final int DOUBLINGS_MAX = 6;

  private final AgentSettings settings;
  private final Clock clock;
  private final Depot depot;
  private final NodeDesk node;
  private final Route route;
  private final Map<ObjectId, Retry> retries = new HashMap<>();
  private Set<ObjectId> told = Set.of();
  private List<Collected> toldCollected = List.of();
  private Fence toldUnder = Fence.NONE;
  private long seq;
  private long nextNanos;
  private long nextNewsNanos;

  DataDesk(AgentSettings settings, Clock clock, Depot depot, NodeDesk node, Route route) {
    this.settings = settings;
    this.clock = clock;
    this.depot = depot;
    this.node = node;
    this.route = route;
    nextNanos = clock.nanos();
    nextNewsNanos = nextNanos;
  }

  /// Does what is due.
  void tick() {
    long now = clock.nanos();
    Set<ObjectId> whole = depot.whole();
    List<Collected> collected = depot.collected();
    boolean news =
        !whole.equals(told)
            || !collected.equals(toldCollected)
            || !toldUnder.equals(node.leaderFence());
    if (node.leader().isEmpty() || now - (news ? nextNewsNanos : nextNanos) < 0) {
      return;
    }
    List<FetchReport> fetches = depot.fetches();
    watch(fetches, now);
    boolean busy =
        !depot.collected().isEmpty()
            || !depot.saved().isEmpty()
            || fetches.stream().anyMatch(f -> f.state() == FetchReport.State.FETCHING);
    nextNewsNanos = now + NEWS_EVERY.toNanos();
    nextNanos = now + (busy ? BUSY_EVERY : IDLE_EVERY).toNanos();
    report(whole, news, fetches);
  }

  private void report(Set<ObjectId> whole, boolean all, List<FetchReport> fetches) {
    if (node.leader().isEmpty()) {
      return;
    }
    long over = depot.overBytes();
    told = whole;
    toldUnder = node.leaderFence();
    toldCollected = depot.collected();
    Message.DataReport report =
        new Message.DataReport(
            node.leaderFence(),
            settings.instance(),
            ++seq,
            settings.dataUrl(),
            mark(whole),
            all,
            all ? whole.stream().sorted().toList() : List.of(),
            all || over > 0 ? depot.spare() : List.of(),
            over,
            fetches,
            depot.collected(),
            depot.saved());
    route.send(node.leader().get(), report, node.voters());
  }

  /// Differs for sets that differ, but for sets that were made to have the same; who would do that
  /// harms nobody but themselves.
  static long mark(Set<ObjectId> ids) {
    return 31L * ids.size() + ids.stream().mapToLong(id -> id.hash().hashCode()).sum();
  }

  /// Notes which fetches have failed since the last look.
  private void watch(List<FetchReport> fetches, long now) {
    Map<ObjectId, Retry> old = Map.copyOf(retries);
    retries.clear();
    for (FetchReport fetch : fetches) {
      Retry before = old.get(fetch.id());
      if (fetch.state() == FetchReport.State.FAILED) {
        boolean again = before != null && before.begun();
        int failures = (before == null ? 0 : before.failures()) + (before == null || again ? 1 : 0);
        long wait = RETRY_FIRST.toNanos() << Math.min(failures - 1, DOUBLINGS_MAX);
        retries.put(
            fetch.id(), before == null || again ? new Retry(failures, now + wait, false) : before);
      } else if (before != null && fetch.state() == FetchReport.State.FETCHING) {
        retries.put(fetch.id(), before);
      }
    }
  }

  /// A voter says what this node is to have.
  void ordered(NodeId from, Message.DataOrders orders) {
    if (!node.obey(from, orders.fence())) {
      return;
    }
    long now = clock.nanos();
    watch(depot.fetches(), now);
    for (CopyOrder order : orders.fetch()) {
      Retry retry = retries.get(order.content().id());
      if (retry == null || retry.begun() || now - retry.notBeforeNanos() >= 0) {
        retries.computeIfPresent(order.content().id(), (id, old) -> old.beginning());
        depot.fetch(order);
      }
    }
    // A leader that counts this copy as held may have let another one go: only its own word counts.
    if (orders.fence().equals(toldUnder)) {
      orders.remove().forEach(depot::remove);
    }
    orders.collect().forEach(depot::collect);
    if (!orders.save().isEmpty()) {
      depot.save(orders.save());
    }
    if (orders.tell()) {
      // A leader that has just begun may have missed who this node is, and listens to nobody else.
      node.greet();
      toldUnder = Fence.NONE;
      nextNewsNanos = now;
    } else if (!orders.fetch().isEmpty() || !orders.remove().isEmpty()) {
      nextNanos = Math.min(nextNanos, now + BUSY_EVERY.toNanos());
    }
  }

  /// @param begun whether it has been begun again since it failed
  private record Retry(int failures, long notBeforeNanos, boolean begun) {
    Retry beginning() {
      return new Retry(failures, notBeforeNanos, true);
    }
  }
}
