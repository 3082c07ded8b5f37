package dev.ringrift.core.trust;

import dev.ringrift.core.Role;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Predicate;

/// The rules by which one side of a link judges the other's credential, its signature having been
/// checked.
///
/// Freshness is proven by TLS (fresh nonces, and a signature with the node's key), never by clocks:
/// containers nobody can set have wrong ones. Expiry needs a clock: voters use their own, a worker
/// uses the time that the voter tells, but none before the newest thing it saw the operator sign.
public final class Admission {
  /// A difference of clocks beyond this is worth a warning; it is never a refusal.
  public static final Duration SKEW_WARNING = Duration.ofMinutes(2);

  /// How long an open link outlives its credential, so that a renewal that fails for a day does not
  /// take a running node from the cluster. New links are refused at once.
  public static final Duration EXPIRY_GRACE = Duration.ofHours(24);

  private Admission() {}

  /// What is known of the judge.
  ///
  /// @param role its own, empty before it has a credential
  /// @param nowMillis the time to judge by, see `judgingMillis`
  /// @param revoked tells of a `jti` or a node's id whether it was revoked
  public record Bench(
      String cluster, Optional<Role> role, long nowMillis, Predicate<String> revoked) {}

  /// Judges `credential`, shown on a link whose TLS key is `linkKey` by a side whose clock says
  /// `theirMillis`; `ownMillis` is the judge's clock.
  public static Verdict judge(
      Bench bench,
      Credential credential,
      Optional<Delegation> delegation,
      String linkKey,
      long theirMillis,
      long ownMillis) {
    if (!credential.cluster().equals(bench.cluster())) {
      return refused(
          Refusal.WRONG_CLUSTER,
          "the credential is of cluster %s, this is cluster %s"
              .formatted(credential.cluster(), bench.cluster()));
    }
    if (!credential.key().equals(linkKey)) {
      return refused(
          Refusal.REPLAYED,
          "the credential of %s was shown by somebody who does not hold its key"
              .formatted(credential.node()));
    }
    Optional<Verdict> objection =
        delegated(credential, delegation).or(() -> revoked(credential, delegation, bench));
    if (objection.isPresent()) {
      return objection.get();
    }
    if (bench.nowMillis() / 1000 >= credential.expiresSeconds()) {
      return refused(
          Refusal.EXPIRED,
          "the credential of %s ended at %s, it is %s"
              .formatted(
                  credential.node(),
                  Instant.ofEpochSecond(credential.expiresSeconds()),
                  Instant.ofEpochSecond(bench.nowMillis() / 1000)));
    }
    if (!Rights.mayLink(bench.role().orElse(Role.WORKER), credential.role())) {
      return refused(
          Refusal.WRONG_ROLE,
          "%s is a %s; a %s keeps links with voters only"
              .formatted(
                  credential.node(),
                  credential.role().label(),
                  bench.role().map(Role::label).orElse("node without a credential")));
    }
    return new Verdict.Accepted(credential, skewWarning(credential, theirMillis, ownMillis));
  }

  /// Judges an open link again: whether it may stay. An expired credential is given
  /// `EXPIRY_GRACE`.
  public static Optional<Verdict.Refused> recheck(
      Bench bench, Credential credential, Optional<Delegation> delegation) {
    Optional<Verdict> revoked = revoked(credential, delegation, bench);
    if (revoked.isPresent() && revoked.get() instanceof Verdict.Refused refused) {
      return Optional.of(refused);
    }
    long end = credential.expiresSeconds() * 1000 + EXPIRY_GRACE.toMillis();
    if (bench.nowMillis() >= end) {
      return Optional.of(
          refused(
              Refusal.EXPIRED,
              "the credential of %s ended more than %d hours ago"
                  .formatted(credential.node(), EXPIRY_GRACE.toHours())));
    }
    return Optional.empty();
  }

  /// The time by which a side judges expiry.
  ///
  /// @param ownMillis its clock
  /// @param toldMillis what the other side says the time is
  /// @param newestSignedSeconds the newest `iat` that it has seen the operator sign
  public static long judgingMillis(
      Optional<Role> role, long ownMillis, long toldMillis, long newestSignedSeconds) {
    boolean trustsOwnClock = role.isPresent() && role.get() != Role.WORKER;
    return trustsOwnClock ? ownMillis : Math.max(toldMillis, newestSignedSeconds * 1000);
  }

  private static Optional<Verdict> delegated(
      Credential credential, Optional<Delegation> delegation) {
    if (credential.byOperator()) {
      return Optional.empty();
    }
    if (delegation.isEmpty()
        || !delegation.get().voter().value().equals(credential.issuer())
        || !delegation.get().cluster().equals(credential.cluster())) {
      return Optional.of(
          refused(
              Refusal.BAD_SIGNATURE,
              "%s signed the credential of %s without the operator's leave"
                  .formatted(credential.issuer(), credential.node())));
    }
    if (!Rights.delegable(credential.role())) {
      return Optional.of(
          refused(
              Refusal.WRONG_ROLE,
              "voter %s signed a credential of role %s, and may sign only those of workers"
                  .formatted(credential.issuer(), credential.role().label())));
    }
    // Whoever stole a voter's key can date what they sign as they like, but not beyond this end.
    if (credential.expiresSeconds() > delegation.get().expiresSeconds()) {
      return Optional.of(
          refused(
              Refusal.EXPIRED,
              "the credential of %s would outlive the leave of voter %s to sign it, which ends at %s"
                  .formatted(
                      credential.node(),
                      credential.issuer(),
                      Instant.ofEpochSecond(delegation.get().expiresSeconds()))));
    }
    return Optional.empty();
  }

  private static Optional<Verdict> revoked(
      Credential credential, Optional<Delegation> delegation, Bench bench) {
    if (bench.revoked().test(credential.id()) || bench.revoked().test(credential.node().value())) {
      return Optional.of(
          refused(
              Refusal.REVOKED, "the credential of %s was revoked".formatted(credential.node())));
    }
    // Whoever stole a voter's key can sign for as many workers as they like.
    if (delegation.isPresent()
        && (bench.revoked().test(credential.issuer())
            || bench.revoked().test(delegation.get().id()))) {
      return Optional.of(
          refused(
              Refusal.REVOKED,
              "voter %s, which signed the credential of %s, was revoked"
                  .formatted(credential.issuer(), credential.node())));
    }
    return Optional.empty();
  }

  private static String skewWarning(Credential credential, long theirMillis, long ownMillis) {
    Duration skew = Duration.ofMillis(theirMillis - ownMillis);
    if (skew.abs().compareTo(SKEW_WARNING) <= 0) {
      return "";
    }
    return "the clock of %s is %d s %s ours"
        .formatted(
            credential.node(), skew.abs().toSeconds(), skew.isNegative() ? "behind" : "ahead of");
  }

  private static Verdict.Refused refused(Refusal reason, String detail) {
    return new Verdict.Refused(reason, detail);
  }
}
