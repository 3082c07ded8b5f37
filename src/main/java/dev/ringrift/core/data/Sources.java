package dev.ringrift.core.data;

import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Who may be asked for what, and how many copies there are of each piece among them. Not
/// thread-safe.
final class Sources {
  /// No longer than this is a piece waited for that another one is getting.
  static final double PATIENCE_SECONDS_MAX = 6;

  private static final double PATIENCE = 2;

  private static final double GUESSED_BYTES_PER_SECOND = 10e6;

  private final Map<Integer, SourceState> all = new HashMap<>();
  private final Copies copies;
  private final Copies whole;
  private final long[] comingSince;
  private int connectionsMax = ConnectionCount.MAX;
  private long lastNanos;

  Sources(int pieces, long nowNanos) {
    this.copies = new Copies(pieces);
    this.whole = new Copies(pieces);
    this.comingSince = new long[pieces];
    this.lastNanos = nowNanos;
  }

  /// Most connections to each source that is added from now on.
  void connectionsMax(int most) {
    connectionsMax = most;
  }

  /// A source that has nothing, as far as is known; one that was given up gets another chance.
  void add(int source, long nowNanos) {
    SourceState known = all.get(source);
    if (known == null) {
      all.put(source, new SourceState(source, connectionsMax, nowNanos));
    } else if (known.dropped()) {
      known.revive(nowNanos);
    }
  }

  /// What a source has, and what it is fetching.
  void has(int source, PieceSet verified, PieceSet coming) {
    know(of(source), verified.bits(), coming.bits());
  }

  void lacks(int source, int piece) {
    SourceState state = of(source);
    BitSet has = (BitSet) state.has().clone();
    has.clear(piece);
    know(state, has, state.coming());
  }

  void drop(int source) {
    SourceState state = of(source);
    know(state, new BitSet(), new BitSet());
    state.drop();
  }

  private void know(SourceState state, BitSet has, BitSet coming) {
    for (int p = coming.nextSetBit(0); p >= 0; p = coming.nextSetBit(p + 1)) {
      if (!comingAnywhere(p)) {
        comingSince[p] = lastNanos;
      }
    }
    BitSet before = either(state);
    whole.change(state.has(), has);
    state.know(has, coming);
    copies.change(before, either(state));
  }

  private boolean comingAnywhere(int piece) {
    return copies.of(piece) > whole.of(piece);
  }

  SourceState of(int source) {
    SourceState state = all.get(source);
    if (state == null) {
      throw new IllegalStateException("no source " + source);
    }
    return state;
  }

  Copies copies() {
    return copies;
  }

  /// Whether each of them has all pieces.
  boolean haveAll() {
    return living().allMatch(each -> each.has().cardinality() == comingSince.length);
  }

  /// Whether somebody who has a piece gave bytes of any in the last seconds.
  boolean giving(int piece, long nowNanos) {
    return living().anyMatch(each -> each.has().get(piece) && each.giving(nowNanos));
  }

  /// How many they have together.
  int connections() {
    return living().mapToInt(SourceState::connections).sum();
  }

  /// From a request to its first byte.
  double longestRttSeconds() {
    return living().mapToDouble(SourceState::rttSeconds).max().orElse(0);
  }

  private Stream<SourceState> living() {
    return all.values().stream().filter(each -> !each.dropped());
  }

  /// Those that may be asked now.
  List<SourceState> ready(long nowNanos) {
    return all.values().stream().filter(each -> each.ready(nowNanos)).toList();
  }

  /// Pieces that one of `ready` alone has and somebody else is getting, from it as it must be.
  /// They get to nobody sooner when it gives them twice at a time, while it could give what nobody
  /// has. So they are waited for, twice as long as they would take from it and not longer.
  ///
  /// @param length bytes of a piece
  BitSet contended(List<SourceState> ready, int length, long nowNanos) {
    lastNanos = nowNanos;
    double guess = guess();
    BitSet contended = new BitSet();
    for (SourceState each : ready) {
      double seconds =
          Math.min(PATIENCE_SECONDS_MAX, PATIENCE * each.expectedSeconds(length, guess));
      BitSet has = each.has();
      for (int p = has.nextSetBit(0); p >= 0; p = has.nextSetBit(p + 1)) {
        boolean wait = whole.of(p) == 1 && comingAnywhere(p);
        if (wait && (nowNanos - comingSince[p]) / 1e9 < seconds) {
          contended.set(p);
        }
      }
    }
    return contended;
  }

  void tick(double allBytesPerSecond, long nowNanos) {
    all.values().forEach(each -> each.tick(allBytesPerSecond, nowNanos));
  }

  /// Bytes per second to expect of a source that is not known yet.
  double guess() {
    double[] known =
        all.values().stream()
            .mapToDouble(SourceState::bytesPerSecond)
            .filter(each -> each > 0)
            .sorted()
            .toArray();
    return known.length == 0 ? GUESSED_BYTES_PER_SECOND : known[known.length / 2];
  }

  private static BitSet either(SourceState state) {
    BitSet either = (BitSet) state.has().clone();
    either.or(state.coming());
    return either;
  }
}
