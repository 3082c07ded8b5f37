package dev.ringrift.core.data;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/// Whose bytes a source that has nothing to do takes over.
///
/// Without this a fetch ends when its slowest source ends. Ranges of HTTP make it possible: the
/// end of a range that is on its way can be asked of somebody else, and the first one stops there.
final class Stealing {
  /// Less than this is not worth a request of its own.
  static final int BYTES_MIN = 64 << 10;

  /// How much sooner it has to be there.
  private static final double GAIN_AT_THE_END = 1.5;

  private static final double GAIN_BEFORE = 2;
  private static final double SOON_SECONDS = 1;
  private static final double LAGGARD_SHARE = 0.1;
  private static final double LAGGARD_SECONDS = 1.5;

  private final Collection<Transfer> transfers;
  private final double medianRate;
  private final double medianSeconds;
  private final boolean atTheEnd;
  private final long now;

  /// @param transfers all that run
  /// @param atTheEnd whether nothing else is left to fetch
  Stealing(Collection<Transfer> transfers, boolean atTheEnd, long nowNanos) {
    this.transfers = transfers;
    this.atTheEnd = atTheEnd;
    now = nowNanos;
    medianRate =
        median(transfers.stream().mapToDouble(each -> each.bytesPerSecond(nowNanos)).toArray());
    medianSeconds =
        median(transfers.stream().mapToDouble(each -> each.projectedSeconds(nowNanos)).toArray());
  }

  /// Of the transfers of others that `idle` could help, the one that would end last.
  ///
  /// @param taken those that are dealt with already
  Optional<Transfer> victim(SourceState idle, BitSet taken) {
    return transfers.stream()
        .filter(each -> each.source() != idle && idle.has().get(each.piece()))
        .filter(each -> !each.race() && each.rival() == null && !taken.get(each.number()))
        .filter(each -> each.left() > 0 && judged(each))
        .max(Comparator.comparingDouble(each -> each.projectedSeconds(now)));
  }

  /// At the end a source that waits until the others' newest transfers are known waits too long.
  private boolean judged(Transfer transfer) {
    return transfer.known(now) || (atTheEnd && transfer.source().known());
  }

  /// Whether `victim` should give some of its range to a source of this rate.
  ///
  /// @param full whether nothing else may be begun before something is whole; mostly that is soon,
  ///     and what is cut short costs a connection
  boolean worth(Transfer victim, double rate, double rttSeconds, boolean full) {
    if (victim.left() < 2 * BYTES_MIN || rate < 1) {
      return false;
    }
    double alone = victim.projectedSeconds(now);
    double shared = victim.left() / (victim.bytesPerSecond(now) + rate) + rttSeconds;
    boolean nothingElse = atTheEnd || (full && alone > SOON_SECONDS);
    return nothingElse
        ? alone > GAIN_AT_THE_END * shared
        : laggard(victim, alone) && alone > GAIN_BEFORE * shared;
  }

  private boolean laggard(Transfer victim, double seconds) {
    return victim.ageSeconds(now) >= LAGGARD_SECONDS
        && (seconds > GAIN_BEFORE * medianSeconds
            || victim.bytesPerSecond(now) < LAGGARD_SHARE * medianRate);
  }

  /// Where `victim` should end: both are then ready at the same time, and it keeps at most half.
  int split(Transfer victim, double rate) {
    double own = victim.bytesPerSecond(now) / (victim.bytesPerSecond(now) + rate);
    return victim.to() - (int) Math.max(victim.left() / 2.0, victim.left() * (1 - own));
  }

  /// Whether both should fetch all that `victim` has left, and the first one wins.
  boolean worthARace(Transfer victim, double rate, double rttSeconds) {
    return victim.left() > 0
        && victim.left() / Math.max(1, rate) + rttSeconds < victim.projectedSeconds(now);
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    return values.length == 0 ? 0 : values[values.length / 2];
  }
}
