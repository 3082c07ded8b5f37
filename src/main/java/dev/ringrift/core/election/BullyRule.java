package dev.ringrift.core.election;

import dev.ringrift.core.NodeId;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The Bully rule: the highest-ranked live voter leads. It gives only the order; who may lead at
/// all is decided by votes of a majority (`docs/election.md`).
///
/// Run by the leader. A voter counts with its full rank once it has been up and caught up for the
/// take-over delay, and not at all before; the delay doubles each time it goes down, so that a
/// flapping senior does not take the lead away again and again.
///
/// Not thread-safe. Times are nanoseconds of one monotonic clock, and may be negative.
public final class BullyRule {
  /// A voter that is no more entries behind than this can take over without a pause.
  public static final long BEHIND_MAX = 100;

  private static final int FLAPS_MAX = 6;

  /// A voter that stayed up for so many delays is forgiven one flap.
  private static final int FORGIVEN_AFTER_DELAYS = 10;

  private final Duration takeoverDelay;
  private final Map<NodeId, History> voters = new HashMap<>();
  private Optional<Long> lastTransferNanos = Optional.empty();
  private Optional<NodeId> handedTo = Optional.empty();

  /// @param takeoverDelay how long a returning voter must be stable before it leads again
  public BullyRule(Duration takeoverDelay) {
    this.takeoverDelay = takeoverDelay;
  }

  /// This voter has just begun to lead: what it saw of the others' stability is old. If it had
  /// handed the lead to a senior, that senior did not keep it, which counts as going down.
  public void begin() {
    voters.values().forEach(history -> history.up = false);
    handedTo.map(voters::get).ifPresent(History::flap);
    handedTo = Optional.empty();
    lastTransferNanos = Optional.empty();
  }

  /// What the leader `self` ought to do about the order of voters.
  ///
  /// @param ranked all voters, highest rank first
  /// @param seen what the leader knows of each; one that is missing is down
  public Advice advise(NodeId self, List<NodeId> ranked, Map<NodeId, Seen> seen, long nowNanos) {
    voters.keySet().retainAll(ranked);
    Map<NodeId, Integer> priorities = new LinkedHashMap<>();
    Optional<NodeId> senior = Optional.empty();
    boolean aboveSelf = true;
    for (int i = 0; i < ranked.size(); i++) {
      NodeId voter = ranked.get(i);
      aboveSelf = aboveSelf && !voter.equals(self);
      Seen now = seen.getOrDefault(voter, Seen.DOWN);
      boolean stable = voter.equals(self) || stable(voter, now, nowNanos);
      priorities.put(voter, stable ? ranked.size() - i : 0);
      if (aboveSelf && stable && senior.isEmpty()) {
        senior = Optional.of(voter);
      }
    }
    if (senior.isPresent() && mayTransfer(nowNanos)) {
      lastTransferNanos = Optional.of(nowNanos);
      handedTo = senior;
      return new Advice(priorities, senior);
    }
    return new Advice(priorities, Optional.empty());
  }

  private boolean stable(NodeId voter, Seen now, long nowNanos) {
    History history = voters.computeIfAbsent(voter, x -> new History());
    if (!now.alive()) {
      if (history.up) {
        history.flap();
      }
      history.up = false;
      return false;
    }
    if (!history.up || now.behind() > BEHIND_MAX) {
      history.up = true;
      history.sinceNanos = nowNanos;
      history.forgivenNanos = nowNanos;
    }
    boolean stable = nowNanos - history.sinceNanos >= delayNanos(history);
    long steadyNanos = nowNanos - history.forgivenNanos;
    if (history.flaps > 0 && steadyNanos >= delayNanos(history) * FORGIVEN_AFTER_DELAYS) {
      history.flaps--;
      history.forgivenNanos = nowNanos;
    }
    return stable;
  }

  private long delayNanos(History history) {
    return takeoverDelay.toNanos() << Math.max(0, history.flaps - 1);
  }

  private boolean mayTransfer(long nowNanos) {
    return lastTransferNanos.isEmpty()
        || nowNanos - lastTransferNanos.get() >= takeoverDelay.toNanos();
  }

  /// What the leader sees of one voter.
  ///
  /// @param behind entries of the log that it has not confirmed
  public record Seen(boolean alive, long behind) {
    static final Seen DOWN = new Seen(false, Long.MAX_VALUE);
  }

  /// What to do.
  ///
  /// @param priorities for the consensus library: 0 for a voter that is not to be preferred
  /// @param transferTo the senior that ought to lead now
  public record Advice(Map<NodeId, Integer> priorities, Optional<NodeId> transferTo) {}

  private static final class History {
    private boolean up;
    private long sinceNanos;
    private long forgivenNanos;
    private int flaps;

    private void flap() {
      flaps = Math.min(flaps + 1, FLAPS_MAX);
    }
  }
}
