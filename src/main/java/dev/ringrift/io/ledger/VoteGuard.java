package dev.ringrift.io.ledger;

import java.io.IOException;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/// Keeps this voter from electing another leader while the one it follows may still believe that it
/// leads.
///
/// Ratis asks this in its pre-vote only: a candidate that passed the pre-vote while the leader was
/// slow may come with the real vote after the leader has been confirmed again, and a vote request
/// of a higher term is then granted at once. The leader's fresh authority would be worth nothing.
/// So a real vote is refused for the smallest election timeout after an append was taken from a
/// leader; and after a start, since what was answered before is forgotten.
///
/// Thread-safe. A vote and an append never pass at the same time.
final class VoteGuard {
  private final long windowNanos;
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock(true);
  private volatile long heardNanos;

  /// @param nowNanos when this voter started
  VoteGuard(long windowNanos, long nowNanos) {
    this.windowNanos = windowNanos;
    this.heardNanos = nowNanos;
  }

  /// Runs `append`, which takes an append of a leader up to where it is recognised.
  <T> T append(boolean ofCurrentTerm, long nowNanos, Call<T> append) throws IOException {
    lock.readLock().lock();
    try {
      if (ofCurrentTerm) {
        heardNanos = nowNanos;
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
      boolean bound = !handedOver && nowNanos - heardNanos < windowNanos;
      return bound ? refuse.run() : vote.run();
    } finally {
      lock.writeLock().unlock();
    }
  }

  /// What may fail as Ratis's calls do.
  interface Call<T> {
    T run() throws IOException;
  }
}
