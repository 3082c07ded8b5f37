package dev.ringrift.core.election;

import dev.ringrift.core.NodeId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// How long other voters take to answer: the newest measurements of each. The time goes over the
/// network and through the programs of both ends, so that a busy machine counts as a far one.
///
/// Not thread-safe.
public final class RoundTrips {
  /// Most measurements that are kept of a voter: those of the last minute.
  static final int KEPT_MAX = 60;

  /// The first answers of a voter measure the loading of code, and say nothing of later ones.
  static final int WARM_UP = 10;

  private static final int VOTERS_MAX = 100;
  private static final int LEAST_OF = 2;
  private static final double NEARLY_ALL = 0.95;

  private final Map<NodeId, Measured> voters = new HashMap<>();

  /// An answer of `voter` took that long.
  public void add(NodeId voter, long nanos) {
    if (voters.size() < VOTERS_MAX || voters.containsKey(voter)) {
      voters.computeIfAbsent(voter, x -> new Measured()).add(Math.max(0, nanos));
    }
  }

  /// Forgets all but these.
  public void retain(Collection<NodeId> wanted) {
    voters.keySet().retainAll(wanted);
  }

  /// What nearly all answers of `voter` took at most; unknown before there are enough of them.
  public Optional<Duration> usual(NodeId voter) {
    Measured measured = voters.get(voter);
    return measured == null || measured.newest.size() < KEPT_MAX / 3
        ? Optional.empty()
        : Optional.of(Duration.ofNanos(measured.quantile(NEARLY_ALL)));
  }

  /// The shortest that was ever measured, which is how far `voter` is away; unknown before there
  /// are two.
  public Optional<Duration> shortest(NodeId voter) {
    Measured measured = voters.get(voter);
    return measured == null || measured.count < LEAST_OF
        ? Optional.empty()
        : Optional.of(Duration.ofNanos(measured.shortest.orElse(0)));
  }

  private static final class Measured {
    private final ArrayDeque<Long> newest = new ArrayDeque<>();
    private OptionalLong shortest = OptionalLong.empty();
    private long count;

    private void add(long nanos) {
      count++;
      shortest = OptionalLong.of(Math.min(nanos, shortest.orElse(nanos)));
      if (count > WARM_UP) {
        newest.addLast(nanos);
      }
      if (newest.size() > KEPT_MAX) {
        newest.removeFirst();
      }
    }

    private long quantile(double share) {
      long[] sorted = newest.stream().mapToLong(Long::longValue).sorted().toArray();
      return sorted[(int) Math.ceil(share * sorted.length) - 1];
    }
  }
}
