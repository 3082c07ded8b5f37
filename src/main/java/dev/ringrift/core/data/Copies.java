package dev.ringrift.core.data;

import java.util.BitSet;
import java.util.random.RandomGenerator;

/// How many sources have each piece or are fetching it. Not thread-safe.
final class Copies {
  private final int[] counts;

  Copies(int pieces) {
    counts = new int[pieces];
  }

  /// A source had `before`, and now has `after`.
  void change(BitSet before, BitSet after) {
    BitSet changed = (BitSet) before.clone();
    changed.xor(after);
    for (int p = changed.nextSetBit(0); p >= 0; p = changed.nextSetBit(p + 1)) {
      counts[p] += after.get(p) ? 1 : -1;
    }
  }

  int of(int piece) {
    return counts[piece];
  }

  /// The rarest of `pieces`, any one of several; -1 of none.
  int rarest(BitSet pieces, RandomGenerator random) {
    int best = -1;
    int ties = 0;
    for (int p = pieces.nextSetBit(0); p >= 0; p = pieces.nextSetBit(p + 1)) {
      if (best < 0 || counts[p] < counts[best]) {
        best = p;
        ties = 1;
      } else if (counts[p] == counts[best] && random.nextInt(++ties) == 0) {
        best = p;
      }
    }
    return best;
  }

  /// The rarest of `pieces`, the first one of several; -1 of none.
  int firstRarest(BitSet pieces) {
    int best = -1;
    for (int p = pieces.nextSetBit(0); p >= 0; p = pieces.nextSetBit(p + 1)) {
      if (best < 0 || counts[p] < counts[best]) {
        best = p;
      }
    }
    return best;
  }
}
