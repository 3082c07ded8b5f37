package dev.ringrift.core.data;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;

/// One node of a `SwarmModel`: asks what the others have, does what its `PiecePicker` says, and
/// tells it how it went.
final class SimulatedNode {
  private static final long TICK_NANOS = 100_000_000L;

  // As the product's `HavePoll` and `SwarmSource` have them.
  private static final long PAUSE_NANOS = 200_000_000L;
  private static final long BUSY_NANOS = 300_000_000L;

  private static final int ROUNDS_MAX = 4;

  final int host;
  final PiecePicker picker;
  private final SwarmModel model;
  private final SplittableRandom random;
  private final Map<Integer, FetchOrder.Start> starts = new HashMap<>();
  private final Map<Integer, FluidNetwork.Flow> flows = new HashMap<>();

  /// Where transfers end that were cut before their first byte.
  private final Map<Integer, Integer> cutShort = new HashMap<>();

  /// Of how many pieces the last bytes came from the seed.
  private int fromSeed;

  private double doneAt = Double.POSITIVE_INFINITY;

  SimulatedNode(SwarmModel model, int host, SplittableRandom random) {
    this.model = model;
    this.host = host;
    this.random = random;
    this.picker = new PiecePicker(model.layout, random.split(), 0);
  }

  void begin() {
    for (int source : model.sources(host)) {
      picker.add(source, 0);
      model.after(random.nextLong(TICK_NANOS), () -> ask(source));
    }
    model.after(random.nextLong(TICK_NANOS), this::tick);
  }

  /// Asks a host what it has. The answer is as old as its way here, and the next one is asked for
  /// after a pause; a host that has all is not asked again.
  private void ask(int peer) {
    if (picker.complete()) {
      return;
    }
    model.after(
        SwarmModel.WAY_NANOS,
        () -> {
          PieceSet has = model.has(peer);
          PieceSet coming = model.coming(peer);
          model.after(
              SwarmModel.WAY_NANOS,
              () -> {
                picker.has(peer, has, coming);
                if (!has.complete()) {
                  model.after(PAUSE_NANOS, () -> ask(peer));
                }
              });
        });
  }

  private void tick() {
    if (picker.complete()) {
      return;
    }
    flows.keySet().forEach(this::reached);
    picker.tick(model.now());
    decide();
    model.after(TICK_NANOS, this::tick);
  }

  private void decide() {
    for (int round = 0; round < ROUNDS_MAX; round++) {
      var orders = picker.orders(model.now());
      if (orders.isEmpty()) {
        return;
      }
      orders.forEach(this::carryOut);
    }
  }

  private void carryOut(FetchOrder order) {
    switch (order) {
      case FetchOrder.Start start -> start(start);
      case FetchOrder.Cut cut -> cut(cut);
      case FetchOrder.Abandon abandon -> {
        stop(abandon.transfer());
        picker.ended(abandon.transfer());
      }
    }
  }

  private void start(FetchOrder.Start start) {
    starts.put(start.transfer(), start);
    model.after(SwarmModel.WAY_NANOS, () -> arrived(start));
  }

  /// The request is at the source.
  private void arrived(FetchOrder.Start start) {
    boolean slot = model.take(start.source());
    model.after(SwarmModel.WAY_NANOS, () -> answered(start, slot));
  }

  private void answered(FetchOrder.Start start, boolean slot) {
    if (!starts.containsKey(start.transfer())) {
      if (slot) {
        model.giveBack(start.source());
      }
    } else if (slot) {
      int length =
          cutShort.getOrDefault(start.transfer(), start.range().to()) - start.range().from();
      flows.put(
          start.transfer(),
          model.network.start(start.source(), host, length, flow -> finished(start.transfer())));
    } else {
      starts.remove(start.transfer());
      picker.ended(start.transfer());
      picker.busy(start.source(), model.now() + BUSY_NANOS, model.now());
      decide();
    }
  }

  private void cut(FetchOrder.Cut cut) {
    FetchOrder.Start start = starts.get(cut.transfer());
    if (!model.stealing || start == null) {
      return;
    }
    int end = cut.at();
    FluidNetwork.Flow flow = flows.get(cut.transfer());
    int from = start.range().from();
    if (flow == null) {
      cutShort.put(cut.transfer(), end);
    } else {
      reached(cut.transfer());
      end = from + model.network.cut(flow, end - from);
    }
    picker.cut(cut.transfer(), end);
  }

  private void finished(int transfer) {
    FetchOrder.Start start = starts.get(transfer);
    if (start == null) {
      return;
    }
    reached(transfer);
    release(transfer);
    boolean races = picker.races(transfer);
    if (races) {
      picker.rival(transfer).ifPresent(this::stop);
    }
    if (races ? picker.won(transfer) : picker.ended(transfer)) {
      picker.verified(start.range().piece());
      fromSeed += start.source() == 0 ? 1 : 0;
      if (picker.complete()) {
        doneAt = model.now() / 1e9;
      }
    }
    decide();
  }

  int fromSeed() {
    return fromSeed;
  }

  /// When it had all, in seconds.
  double doneAt() {
    return doneAt;
  }

  private void stop(int transfer) {
    FluidNetwork.Flow flow = flows.get(transfer);
    if (flow != null) {
      reached(transfer);
      model.network.stop(flow);
    }
    release(transfer);
  }

  private void release(int transfer) {
    FetchOrder.Start start = starts.remove(transfer);
    if (flows.remove(transfer) != null) {
      model.giveBack(start.source());
    }
    cutShort.remove(transfer);
  }

  private void reached(int transfer) {
    FetchOrder.Start start = starts.get(transfer);
    picker.reached(transfer, start.range().from() + flows.get(transfer).given(), model.now());
  }
}
