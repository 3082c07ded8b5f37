package dev.ringrift.sim;

import dev.ringrift.core.NodeId;
import dev.ringrift.core.ledger.ClusterState;
import dev.ringrift.core.ledger.Command;
import dev.ringrift.core.ledger.Outcome;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.function.BiFunction;

/// Time and what happens in it: one queue of events, ordered by time and then by when they were
/// put in, so that a seed gives the same run every time.
///
/// World time is in nanoseconds from 0; no program in the world sees it, only the clocks of its
/// host.
final class SimWorld {
  static final long MICROS = 1_000L;
  static final long MILLIS = 1_000_000L;
  static final long SECONDS = 1_000_000_000L;

  /// More than any run needs: a queue that grows past it is a loop of messages.
  private static final int EVENTS_MAX = 200_000;

  final Trace trace = new Trace();
  final Fabric fabric;
  final Executions executions = new Executions(this);
  final Map<NodeId, SimHost> hosts = new LinkedHashMap<>();

  private final long seed;
  private final List<LedgerWatcher> ledgerWatchers = new ArrayList<>();
  private final PriorityQueue<Entry> queue = new PriorityQueue<>();
  private final List<Runnable> invariants = new ArrayList<>();
  private BiFunction<ClusterState, Command, ClusterState> stateTampering = (state, _) -> state;
  private boolean promisesCount = true;
  private long now;
  private long sequence;
  private long steps;

  SimWorld(long seed) {
    this.seed = seed;
    this.fabric = new Fabric(this);
  }

  /// World time in nanoseconds.
  long now() {
    return now;
  }

  /// Events that have happened.
  long steps() {
    return steps;
  }

  /// Dice for one concern, so that throwing more of one kind does not change the others.
  SplittableRandom dice(String concern) {
    long mixed = seed * 0x9E3779B97F4A7C15L;
    for (int i = 0; i < concern.length(); i++) {
      mixed = (mixed ^ concern.charAt(i)) * 0x100000001B3L;
    }
    return new SplittableRandom(mixed);
  }

  /// Lets something happen after `delayNanos`.
  void after(long delayNanos, String what, Runnable event) {
    if (queue.size() >= EVENTS_MAX) {
      throw new Violation("%d events wait; the newest is %s".formatted(queue.size(), what));
    }
    queue.add(new Entry(now + Math.max(0, delayNanos), sequence++, what, event));
  }

  /// Adds a check that runs after every event.
  void invariant(Runnable check) {
    invariants.add(check);
  }

  /// Keeps a line of the story.
  void note(String format, Object... values) {
    trace.note(now, format, values);
  }

  /// Lets everything happen that is due within the next `spanNanos`.
  void run(long spanNanos) {
    long end = now + spanNanos;
    while (!queue.isEmpty() && queue.peek().atNanos <= end) {
      step(queue.remove());
    }
    now = end;
  }

  private void step(Entry next) {
    now = next.atNanos;
    steps++;
    trace.mix(now, next.what);
    next.event.run();
    for (int i = 0; i < invariants.size(); i++) {
      invariants.get(i).run();
    }
  }

  /// The state to which `command` is applied: the one given, unless a rule is taken out.
  ClusterState before(ClusterState state, Command command) {
    return stateTampering.apply(state, command);
  }

  void tamperState(BiFunction<ClusterState, Command, ClusterState> tampering) {
    stateTampering = tampering;
  }

  /// Whether leaders count on what voters promised, as they do unless that rule is taken out.
  boolean promisesCount() {
    return promisesCount;
  }

  void ignorePromises() {
    promisesCount = false;
  }

  void watch(LedgerWatcher watcher) {
    ledgerWatchers.add(watcher);
  }

  void applied(SimHost voter, int index, Command command, Outcome outcome, ClusterState state) {
    ledgerWatchers.forEach(watcher -> watcher.applied(voter, index, command, outcome, state));
  }

  void led(SimHost voter, long term) {
    ledgerWatchers.forEach(watcher -> watcher.led(voter, term));
  }

  SimHost host(NodeId id) {
    SimHost host = hosts.get(id);
    if (host == null) {
      throw new IllegalStateException("no host %s among %s".formatted(id, hosts.keySet()));
    }
    return host;
  }

  /// Hears of what voters apply, each of them and again after a restart.
  interface LedgerWatcher {
    /// A voter applied the command at `index`, with what came of it.
    void applied(SimHost voter, int index, Command command, Outcome outcome, ClusterState state);

    /// A voter was elected.
    default void led(SimHost voter, long term) {}
  }

  private record Entry(long atNanos, long sequence, String what, Runnable event)
      implements Comparable<Entry> {
    @Override
    public int compareTo(Entry other) {
      int byTime = Long.compare(atNanos, other.atNanos);
      return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
    }
  }
}
