package dev.ringrift.io.ledger;

import dev.ringrift.core.election.ElectionTimings;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/// Knows how lately a majority confirmed this leader.
///
/// A voter that answers an append promises not to help to elect another leader for a while (see
/// `VoteGuard`), counted from when it got the append, which is later than when this leader sent it.
/// So as long as a majority answered appends that were *sent* within the time that it promised, no
/// other can lead, whatever timings each of them runs on. Of a promise a tenth is left out, for
/// clocks that run at other speeds. Ratis cannot be asked for this: it checks its majority only
/// while its event queue is idle, so a leader that is cut off while it is written to goes on
/// calling itself leader.
///
/// Thread-safe. Times are nanoseconds of `CLOCK_BOOTTIME`: on a clock that stands still while the
/// machine sleeps, a leader would wake up and believe that it still leads.
final class Authority {
  private final Map<String, Long> freshUntilNanos = new HashMap<>();
  private final Map<String, ElectionTimings> timings = new HashMap<>();
  private long term = -1;
  private long givenUpTerm = -1;

  /// `peer` answered, as a follower, an append of `leaderTerm` that was sent at `sentNanos`.
  ///
  /// @param runs the timings of `peer`, of which the least is what it promises
  synchronized void answered(long leaderTerm, String peer, long sentNanos, ElectionTimings runs) {
    if (leaderTerm > term) {
      term = leaderTerm;
      freshUntilNanos.clear();
      timings.clear();
    }
    if (leaderTerm == term) {
      long until = sentNanos + runs.least().toNanos() / 10 * 9;
      freshUntilNanos.merge(peer, until, (a, b) -> b - a > 0 ? b : a);
      timings.put(peer, runs);
    }
  }

  /// On which timings `peer` ran when it last answered this leader, where that is known.
  synchronized Optional<ElectionTimings> timings(String peer) {
    return Optional.ofNullable(timings.get(peer));
  }

  /// This leader told another voter to take the lead. From now on that voter may be elected at any
  /// moment, so the rest of the term is never fresh again.
  synchronized void giveUp(long leaderTerm) {
    givenUpTerm = Math.max(givenUpTerm, leaderTerm);
  }

  /// Whether no other can lead at `nowNanos`.
  ///
  /// @param leaderTerm in which `self` leads
  /// @param current the peers of the configuration
  /// @param previous those of the one that it replaces, empty when no change is under way
  synchronized boolean fresh(
      long leaderTerm,
      String self,
      Collection<String> current,
      Collection<String> previous,
      long nowNanos) {
    if (leaderTerm <= givenUpTerm) {
      return false;
    }
    Predicate<String> confirmed =
        peer -> {
          if (peer.equals(self)) {
            return true;
          }
          Long until = leaderTerm == term ? freshUntilNanos.get(peer) : null;
          return until != null && until - nowNanos > 0;
        };
    return current.contains(self)
        && majority(current, confirmed)
        && (previous.isEmpty() || majority(previous, confirmed));
  }

  private static boolean majority(Collection<String> peers, Predicate<String> confirmed) {
    return 2 * peers.stream().filter(confirmed).count() > peers.size();
  }
}
