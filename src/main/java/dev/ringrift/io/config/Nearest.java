package dev.ringrift.io.config;

import java.util.Collection;
import java.util.Optional;

/// Finds the word that was probably meant by a misspelt one.
final class Nearest {
  private Nearest() {}

  /// The known word that takes the fewest edits, at most a third of its letters and at least two;
  /// an edit adds, drops, changes or swaps letters. A unit that is left out (`vram` for `vram_gb`)
  /// counts as one.
  static Optional<String> to(String word, Collection<String> known) {
    String best = null;
    int least = Integer.MAX_VALUE;
    for (String candidate : known) {
      int edits = candidate.startsWith(word + "_") ? 1 : edits(word, candidate);
      boolean near = edits <= Math.max(2, candidate.length() / 3) && edits < candidate.length();
      if (near && edits < least) {
        best = candidate;
        least = edits;
      }
    }
    return Optional.ofNullable(best);
  }

  private static int edits(String from, String to) {
    int[][] cost = new int[from.length() + 1][to.length() + 1];
    for (int i = 0; i <= from.length(); i++) {
      for (int j = 0; j <= to.length(); j++) {
        if (i == 0 || j == 0) {
          cost[i][j] = i + j;
          continue;
        }
        int change = from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1;
        cost[i][j] =
            Math.min(cost[i - 1][j - 1] + change, 1 + Math.min(cost[i - 1][j], cost[i][j - 1]));
        boolean swapped =
            i > 1
                && j > 1
                && from.charAt(i - 1) == to.charAt(j - 2)
                && from.charAt(i - 2) == to.charAt(j - 1);
        if (swapped) {
          cost[i][j] = Math.min(cost[i][j], cost[i - 2][j - 2] + 1);
        }
      }
    }
    return cost[from.length()][to.length()];
  }
}
