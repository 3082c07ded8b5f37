package dev.ringrift.core;

import java.util.Comparator;

/// The order of leaders in time: of two orders, the one with the lower fence is from a leader of
/// the past and is refused.
///
/// @param epoch raised by the operator when a cluster is recovered from the loss of its majority
/// @param term the ledger's term (Raft)
public record Fence(long epoch, long term) implements Comparable<Fence> {
  /// Lower than the fence of any leader.
  public static final Fence NONE = new Fence(0, 0);

  private static final Comparator<Fence> ORDER =
      Comparator.comparingLong(Fence::epoch).thenComparingLong(Fence::term);

  public Fence {
    if (epoch < 0 || term < 0) {
      throw new IllegalArgumentException("fence %d.%d is negative".formatted(epoch, term));
    }
  }

  /// Whether an order under this fence comes after one under `other`, or from the same leader.
  public boolean atLeast(Fence other) {
    return compareTo(other) >= 0;
  }

  @Override
  public int compareTo(Fence other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return epoch + "." + term;
  }
}
