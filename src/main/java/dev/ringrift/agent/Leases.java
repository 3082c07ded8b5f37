package dev.ringrift.agent;

import dev.ringrift.core.jobs.AttemptId;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
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
  private final Set<AttemptId> placed = new LinkedHashSet<>();
  private long beganNanos;

  void begin(long nowNanos) {
    grantedNanos.clear();
    givenUp.clear();
    placed.clear();
    beganNanos = nowNanos;
  }

  /// This leader has placed the attempt: none before it gave it a lease.
  void placed(AttemptId attempt) {
    placed.add(attempt);
    if (placed.size() > LEASES_MAX) {
      placed.remove(placed.iterator().next());
    }
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

  /// What is known of leases at `nowNanos`.
  ///
  /// @param longest that any attempt may have
  Reconciler.LeaseState now(Duration longest, long nowNanos) {
    return new Reconciler.LeaseState() {
      @Override
      public boolean over(AttemptId attempt) {
        return Leases.this.over(attempt, longest, nowNanos);
      }

      @Override
      public boolean mayStart(AttemptId attempt) {
        return Leases.this.mayStart(attempt, longest, nowNanos);
      }
    };
  }

  /// Whether an attempt that its node does not know can run nowhere: it never had a lease, or that
  /// has run out.
  private boolean mayStart(AttemptId attempt, Duration longest, long nowNanos) {
    boolean never = placed.contains(attempt) && !grantedNanos.containsKey(attempt);
    return never || over(attempt, longest, nowNanos);
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
