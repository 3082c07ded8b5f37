package dev.ringrift.core.data;

import dev.ringrift.agent.data.CopyOrder;
import dev.ringrift.core.NodeId;
import dev.ringrift.io.data.server.DataServer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/// One seed and some nodes that all want its file. Each node decides by the product's
/// `PiecePicker`, and knows only what a real one can: of as many others as the leader names to it,
/// what they said when it last asked them.
final class SwarmModel {
  static final long STEP_NANOS = 10_000_000L;

  /// From one host to another: half of what a request takes to its first byte.
  static final long WAY_NANOS = 25_000_000L;

  private static final long END_NANOS = 1_000_000_000_000L;

  private record Event(long at, long number, Runnable action) {}

  final PieceLayout layout;
  final FluidNetwork network;
  final int nodes;
  final SplittableRandom random;

  /// Whether the orders to cut transfers short are carried out.
  boolean stealing = true;

  private final double[] up;
  private final double[] down;
  private final int[] giving;
  private final SimulatedNode[] all;
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::number));
  private long now;
  private long eventsMade;

  /// @param up bytes per second of each host, the one that has the file first
  SwarmModel(long sizeBytes, double[] up, double[] down, long seed) {
    this.layout = PieceLayout.of(sizeBytes);
    this.up = up.clone();
    this.down = down.clone();
    this.network = new FluidNetwork(up, down);
    this.nodes = up.length - 1;
    this.random = new SplittableRandom(seed);
    this.giving = new int[up.length];
    this.all = new SimulatedNode[up.length];
    for (int host = 1; host < up.length; host++) {
      all[host] = new SimulatedNode(this, host, random.split());
    }
  }

  /// What nothing can be faster than, in seconds.
  double boundSeconds() {
    double size = layout.sizeBytes();
    double slowest = Arrays.stream(down).skip(1).min().orElseThrow();
    double sum = Arrays.stream(up).sum();
    return Math.max(Math.max(size / up[0], size / slowest), nodes * size / sum);
  }

  double up(int host) {
    return up[host];
  }

  double down(int host) {
    return down[host];
  }

  long now() {
    return now;
  }

  SimulatedNode node(int host) {
    return all[host];
  }

  /// Does something at a later time.
  void after(long nanos, Runnable action) {
    events.add(new Event(now + nanos, eventsMade++, action));
  }

  /// Takes one of a host's slots.
  boolean take(int host) {
    if (giving[host] >= DataServer.SLOTS) {
      return false;
    }
    giving[host]++;
    return true;
  }

  void giveBack(int host) {
    giving[host]--;
  }

  /// What a host has, and what it is fetching.
  PieceSet has(int host) {
    return host == 0 ? PieceSet.all(layout.count()) : all[host].picker.done();
  }

  PieceSet coming(int host) {
    return host == 0 ? PieceSet.none(layout.count()) : all[host].picker.coming();
  }

  private boolean complete() {
    for (int host = 1; host <= nodes; host++) {
      if (!all[host].picker.complete()) {
        return false;
      }
    }
    return true;
  }

  /// Whom a host is told to fetch from, as the leader chooses them.
  List<Integer> sources(int host) {
    List<NodeId> others = new ArrayList<>();
    for (int other = 1; other <= nodes; other++) {
      if (other != host) {
        others.add(id(other));
      }
    }
    return Spread.sources(id(host), List.of(id(0)), others, CopyOrder.SOURCES_MAX).stream()
        .map(each -> Integer.parseInt(each.value().substring(1)))
        .toList();
  }

  private static NodeId id(int host) {
    return new NodeId("n" + host);
  }

  /// How much the seed gave, in files.
  double copiesFromSeed() {
    double pieces = Arrays.stream(all).skip(1).mapToInt(SimulatedNode::fromSeed).sum();
    return pieces / layout.count();
  }

  /// Returns when the last node has all, in seconds.
  double run() {
    for (int host = 1; host <= nodes; host++) {
      all[host].begin();
    }
    while (now < END_NANOS) {
      while (!events.isEmpty() && events.peek().at <= now) {
        events.remove().action.run();
      }
      if (complete()) {
        return now / 1e9;
      }
      network.step(STEP_NANOS);
      now += STEP_NANOS;
    }
    return Double.POSITIVE_INFINITY;
  }
}
