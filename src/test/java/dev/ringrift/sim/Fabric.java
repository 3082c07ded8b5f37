package dev.ringrift.sim;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/// The paths between hosts: which are cut (each way apart), how long a packet takes, and what is
/// lost or comes twice.
final class Fabric {
  final SimWorld world;
  final SplittableRandom dice;

  private final List<SimHost> hosts = new ArrayList<>();
  private final List<SimLink> links = new ArrayList<>();
  private int[][] cuts = new int[0][0];
  private int[][] latencyMicros = new int[0][0];
  private final Map<Integer, Long> heldUpNanos = new HashMap<>();
  private double loss;
  private double twice;

  Fabric(SimWorld world) {
    this.world = world;
    this.dice = world.dice("fabric");
  }

  void add(SimHost host) {
    hosts.add(host);
    int size = hosts.size();
    int[][] olderCuts = cuts;
    int[][] olderLatency = latencyMicros;
    cuts = new int[size][size];
    latencyMicros = new int[size][size];
    for (int a = 0; a < size; a++) {
      for (int b = 0; b < size; b++) {
        boolean known = a < size - 1 && b < size - 1;
        cuts[a][b] = known ? olderCuts[a][b] : 0;
        latencyMicros[a][b] = known ? olderLatency[a][b] : 100;
      }
    }
    for (int other = 0; other < size - 1; other++) {
      boolean near = host.voter() && hosts.get(other).voter();
      int micros = near ? dice.nextInt(100, 8_000) : dice.nextInt(500, 90_000);
      latencyMicros[size - 1][other] = micros;
      latencyMicros[other][size - 1] = micros;
    }
  }

  /// How many packets of a hundred are lost, and how many come twice.
  void weather(int lossPercent, int twicePercent) {
    world.note("weather: %d%% lost, %d%% twice", lossPercent, twicePercent);
    loss = lossPercent / 100.0;
    twice = twicePercent / 100.0;
  }

  /// Makes what a host sends over links take longer.
  void holdUp(SimHost from, long nanos) {
    heldUpNanos.put(from.index, nanos);
  }

  long heldUp(SimHost from) {
    return heldUpNanos.getOrDefault(from.index, 0L);
  }

  /// Cuts one way; cuts add up and each is to be mended once.
  void cut(SimHost from, SimHost to) {
    cuts[from.index][to.index]++;
  }

  void mend(SimHost from, SimHost to) {
    cuts[from.index][to.index] = Math.max(0, cuts[from.index][to.index] - 1);
    if (cuts[from.index][to.index] == 0) {
      links.stream().filter(link -> link.joins(from, to)).toList().forEach(SimLink::pathMended);
    }
  }

  void mendAll() {
    heldUpNanos.clear();
    for (SimHost from : hosts) {
      for (SimHost to : hosts) {
        cuts[from.index][to.index] = 0;
      }
    }
    List.copyOf(links).forEach(SimLink::pathMended);
  }

  boolean open(SimHost from, SimHost to) {
    return cuts[from.index][to.index] == 0;
  }

  boolean bothWays(SimHost a, SimHost b) {
    return open(a, b) && open(b, a);
  }

  /// How long the next packet takes; now and then one is held up.
  long delay(SimHost from, SimHost to) {
    long base = latencyMicros[from.index][to.index] * SimWorld.MICROS;
    long jitter = dice.nextLong(base / 2 + 50 * SimWorld.MICROS);
    long spike = dice.nextInt(500) == 0 ? dice.nextLong(400 * SimWorld.MILLIS) : 0;
    return base + jitter + spike;
  }

  boolean lost() {
    return loss > 0 && dice.nextDouble() < loss;
  }

  boolean twice() {
    return twice > 0 && dice.nextDouble() < twice;
  }

  /// A packet that is simply gone when the path is cut or the machine frozen, as the ledger's
  /// requests are.
  void packet(SimHost from, SimHost to, String what, Runnable arrives) {
    if (!open(from, to) || lost()) {
      return;
    }
    int boot = to.boots();
    world.after(
        delay(from, to),
        what,
        () -> {
          if (open(from, to) && to.answers()) {
            to.run(boot, arrives);
          }
        });
  }

  void add(SimLink link) {
    links.add(link);
  }

  void remove(SimLink link) {
    links.remove(link);
  }

  /// The links that end at a host.
  List<SimLink> linksOf(SimHost host) {
    return links.stream().filter(link -> link.ends(host)).toList();
  }

  int linkCount() {
    return links.size();
  }
}
