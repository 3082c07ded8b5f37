package dev.ringrift.io.ledger;

import java.time.Duration;

/// How long the voters wait for each other. Fixed when a ledger opens: all voters of a cluster
/// should have the same, since a leader counts its authority in the smallest election timeout.
///
/// @param electionMin the least silence of a leader after which a voter asks for votes
/// @param electionMax the most; chance between the two keeps voters from asking at once
/// @param vote how long a candidate waits for one voter's answer: short, because a candidate waits
///     for a dead voter of higher priority before it takes the lead
/// @param append how long a leader waits for the answer to an append that carries entries
public record Timings(Duration electionMin, Duration electionMax, Duration vote, Duration append) {
  /// For links with a round trip of up to 10 ms.
  public static final Timings LAN = of(Duration.ZERO);

  public Timings {
    if (electionMin.toMillis() < 10 || electionMax.compareTo(electionMin) <= 0) {
      throw new IllegalArgumentException(
          "election timeouts of %s to %s: the first must be 10 ms or more and the second longer"
              .formatted(electionMin, electionMax));
    }
    if (vote.toMillis() < 1 || append.toMillis() < 1) {
      throw new IllegalArgumentException(
          "deadlines of %s for votes and %s for appends: use 1 ms or more".formatted(vote, append));
    }
  }

  /// The timings for voters that are `roundTrip` apart, with the floors of a local network.
  public static Timings of(Duration roundTrip) {
    Duration min = longer(Duration.ofMillis(150), roundTrip.multipliedBy(5));
    Duration max = min.multipliedBy(2);
    Duration vote = longer(Duration.ofMillis(50), roundTrip.multipliedBy(2));
    return new Timings(min, max, vote, longer(Duration.ofSeconds(2), max.multipliedBy(4)));
  }

  /// How long after it was sent an append that a majority answered keeps a leader's authority
  /// fresh. A tenth less than the smallest election timeout, for clocks that run at other speeds.
  Duration freshness() {
    return electionMin.multipliedBy(9).dividedBy(10);
  }

  private static Duration longer(Duration a, Duration b) {
    return a.compareTo(b) >= 0 ? a : b;
  }
}
