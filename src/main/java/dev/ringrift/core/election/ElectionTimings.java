package dev.ringrift.core.election;

import java.time.Duration;

/// How long voters wait for each other. All voters of a cluster are to have the same, kept in the
/// ledger, or the one with the shortest would ask for votes all the time; that two leaders never
/// act at once does not depend on it (`docs/election.md`).
///
/// @param least the least silence of a leader after which a voter asks for votes
public record ElectionTimings(Duration least) {
  /// The longest that there are.
  public static final Duration LEAST_MAX = Duration.ofMillis(2_400);

  private static final Duration LEAST_MIN = Duration.ofMillis(10);

  /// For voters that answer within 50 ms.
  public static final ElectionTimings LAN = new ElectionTimings(Duration.ofMillis(150));

  public ElectionTimings {
    if (least.compareTo(LEAST_MIN) < 0 || least.compareTo(LEAST_MAX) > 0) {
      throw new IllegalArgumentException(
          "an election timeout of %s: it must be %s to %s".formatted(least, LEAST_MIN, LEAST_MAX));
    }
  }

  /// The timings for voters that nearly always answer within `roundTrip`: those of a local network,
  /// doubled as often as it takes. Few and far apart, so that a change of them is rare.
  public static ElectionTimings of(Duration roundTrip) {
    Duration least = LAN.least;
    while (roundTrip.multipliedBy(3).compareTo(least) > 0 && least.compareTo(LEAST_MAX) < 0) {
      least = least.multipliedBy(2);
    }
    return new ElectionTimings(least);
  }

  /// The timings for voters that are `shortest` apart and nearly always answer within `usual`. What
  /// their machines are busy with counts for one doubling and no more: a leader's death must not go
  /// unnoticed for seconds on a machine that is busy for an hour.
  public static ElectionTimings of(Duration shortest, Duration usual) {
    ElectionTimings distance = of(shortest);
    ElectionTimings busy = of(usual);
    Duration most = distance.least.multipliedBy(2);
    return busy.least.compareTo(most) <= 0 || most.compareTo(LEAST_MAX) > 0
        ? busy
        : new ElectionTimings(most);
  }

  /// The most silence of a leader after which a voter asks for votes; chance between the two keeps
  /// voters from asking at once.
  public Duration most() {
    return least.multipliedBy(2);
  }

  /// How long a candidate waits for one voter's answer.
  public Duration vote() {
    return least;
  }

  /// How long it waits for that of the leader that fell silent: short, because it most likely waits
  /// in vain, twice, before it takes the lead from a voter of higher priority.
  public Duration silentVote() {
    return least.dividedBy(3);
  }

  /// How long a leader waits for the answer to an append that carries entries.
  public Duration append() {
    Duration long4 = most().multipliedBy(4);
    return long4.compareTo(Duration.ofSeconds(2)) > 0 ? long4 : Duration.ofSeconds(2);
  }

  /// Whether these wait longer than `other`.
  public boolean longerThan(ElectionTimings other) {
    return least.compareTo(other.least) > 0;
  }

  @Override
  public String toString() {
    return "%d to %d ms".formatted(least.toMillis(), most().toMillis());
  }
}
