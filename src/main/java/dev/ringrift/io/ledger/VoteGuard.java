package dev.ringrift.io.ledger;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/// Keeps this voter from electing another leader while the one it follows may still believe that it
/// leads.
///
/// Ratis asks this in its pre-vote only: a candidate that passed the pre-vote while the leader was
/// slow may come with the real vote after the leader has been confirmed again, and a vote request
/// of a higher term is then granted at once. The leader's fresh authority would be worth nothing.
/// So each answer to an append carries a promise: not to vote, and not to stand for election, for
/// so long from when the append was taken. The leader counts on what was promised and on nothing
/// else (`Authority`), so that voters may run on different timings. Longer promises stay in force
/// when shorter ones are given later, when the ledger is opened again, and over a restart.
///
/// Thread-safe. A vote and an append never pass at the same time. Times are nanoseconds of one
/// monotonic clock, and may be negative.
final class VoteGuard {
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock(true);
  private final AtomicLong boundUntilNanos;

  /// @param promised what this voter may have promised before it started
  /// @param nowNanos when it started
  VoteGuard(Duration promised, long nowNanos) {
    boundUntilNanos = new AtomicLong(nowNanos + promised.toNanos());
  }

  /// Runs `append`, which takes an append of a leader up to where it is recognised, and is answered
  /// with the promise.
  <T> T append(boolean ofCurrentTerm, Duration promise, long nowNanos, Call<T> append)
      throws IOException {
    lock.readLock().lock();
    try {
      if (ofCurrentTerm) {
        long until = nowNanos + promise.toNanos();
        boundUntilNanos.accumulateAndGet(until, (a, b) -> b - a > 0 ? b : a);
      }
      return append.run();
    } finally {
      lock.readLock().unlock();
    }
  }

  /// Runs `vote`, or `refuse` when the leader must still be obeyed.
  ///
  /// @param handedOver whether that leader itself asked for this election
  <T> T vote(boolean handedOver, long nowNanos, Call<T> vote, Call<T> refuse) throws IOException {
    lock.writeLock().lock();
    try {
      return !handedOver && bound(nowNanos) ? refuse.run() : vote.run();
    } finally {
      lock.writeLock().unlock();
    }
  }

  /// Whether a promise is in force.
  boolean bound(long nowNanos) {
    return boundUntilNanos.get() - nowNanos > 0;
  }

  /// What may fail as Ratis's calls do.
  interface Call<T> {
    T run() throws IOException;
  }
}
