package dev.ringrift.core.ledger;

import dev.ringrift.core.election.ElectionTimings;
import java.time.Duration;

/// What has to be the same on all voters, and is therefore in the ledger.
///
/// @param election how long voters wait for each other
/// @param lease how long an exclusive attempt may run without hearing from the leader
public record ClusterSettings(ElectionTimings election, Duration lease) {
  private static final Duration LEASE_MIN = Duration.ofSeconds(1);
  private static final Duration LEASE_MAX = Duration.ofDays(1);

  /// Those of a new cluster.
  public static final ClusterSettings FIRST =
      new ClusterSettings(ElectionTimings.LAN, Duration.ofSeconds(30));

  public ClusterSettings {
    if (lease.compareTo(LEASE_MIN) < 0 || lease.compareTo(LEASE_MAX) > 0) {
      throw new IllegalArgumentException(
          "a lease of %s: it must be %s to %s".formatted(lease, LEASE_MIN, LEASE_MAX));
    }
  }

  public ClusterSettings withElection(ElectionTimings value) {
    return new ClusterSettings(value, lease);
  }

  public ClusterSettings withLease(Duration value) {
    return new ClusterSettings(election, value);
  }
}
