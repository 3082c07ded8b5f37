package dev.ringrift.io.data.swarm;

import java.time.Duration;

/// Says of a fetch whether it still gets on. Bytes count and not only pieces, for a large piece
/// over a thin link takes long; but bytes that are fetched for a second time do not, so that a
/// source that always breaks off at the same place is not waited for. Not thread-safe. Times are
/// nanoseconds of one monotonic clock.
final class Patience {
  /// How far a fetch is.
  ///
  /// @param refusals pieces that were wrong: each costs a source, or is the last of its kind, so it
  ///     is allowed for that less is there than before
  /// @param bytes of whole pieces and of those that were begun
  record Mark(int piecesLeft, int refusals, long bytes) {
    boolean beyond(Mark last) {
      return piecesLeft != last.piecesLeft || refusals != last.refusals || bytes > last.bytes;
    }
  }

  private final long longest;
  private Mark last = new Mark(-1, -1, -1);
  private long since;

  Patience(Duration longest, long nowNanos) {
    this.longest = longest.toNanos();
    this.since = nowNanos;
  }

  /// Whether it has got no further for too long.
  boolean over(Mark now, long nowNanos) {
    if (now.beyond(last)) {
      last = now;
      since = nowNanos;
    }
    return nowNanos - since > longest;
  }
}
