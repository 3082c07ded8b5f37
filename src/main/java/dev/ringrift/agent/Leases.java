package dev.ringrift.agent;

import dev.ringrift.core.jobs.AttemptId;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/// The leader's memory of the leases that it gave to exclusive attempts. A new leader knows none,
/// and so waits as if all had been given just before it began.
///
/// Not thread-safe. Times are nanoseconds of the leader's monotonic clock.
final class Leases {
  private static final int LEASES_MAX = 100_000;

  /// Clocks of two machines drift apart by at most so much of a lease.
  private static final double DRIFT = 0.01;

  private final Map<AttemptId, Long> grantedNanos =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<AttemptId, Long> eldest) {
          return size() > LEASES_MAX;
        }
      };
  private final Set<AttemptId> givenUp = new HashSet<>();
  private long beganNanos;

  void begin(long nowNanos) {
    grantedNanos.clear();
    givenUp.clear();
    beganNanos = nowNanos;
  }

  void granted(AttemptId attempt, long nowNanos) {
    grantedNanos.remove(attempt);
    grantedNanos.put(attempt, nowNanos);
  }

  /// This leader asks the ledger to hold the attempt for lost. It gives it no lease any more, even
  /// if it never hears what became of that: it may be committed late, and another attempt placed.
  void giveUp(AttemptId attempt) {
    if (givenUp.size() < LEASES_MAX) {
      givenUp.add(attempt);
    }
  }

  /// What was asked of the ledger is committed, so that the ledger itself says how it is.
  void certain(AttemptId attempt) {
    givenUp.remove(attempt);
  }

  boolean givenUp(AttemptId attempt) {
    return givenUp.size() >= LEASES_MAX || givenUp.contains(attempt);
  }

  /// Whether no lease of this attempt can still be running.
  ///
  /// @param longest that any attempt may have
  boolean over(AttemptId attempt, Duration longest, long nowNanos) {
    long waitNanos = (long) (longest.toNanos() * (1 + DRIFT)) + Duration.ofSeconds(1).toNanos();
    long last = beganNanos;
    Long granted = grantedNanos.get(attempt);
    if (granted != null && granted - last > 0) {
      last = granted;
    }
    return nowNanos - last >= waitNanos;
  }
}
