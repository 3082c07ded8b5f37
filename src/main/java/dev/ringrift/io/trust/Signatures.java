package dev.ringrift.io.trust;

import dev.ringrift.core.trust.ClusterTrust;
import dev.ringrift.core.trust.Credential;
import dev.ringrift.core.trust.Delegation;
import dev.ringrift.core.trust.Refusal;
import dev.ringrift.core.trust.Verdict;
import java.util.List;
import java.util.Optional;

/// Checks who signed what. What comes out is authentic; whether it is good now is for
/// `core.trust.Admission`.
final class Signatures {
  private Signatures() {}

  /// What came of a check.
  sealed interface Checked {
    /// Signed by the operator, or by a voter with the operator's delegation.
    ///
    /// @param signedSeconds the newest `iat` under the operator's own signature
    record Good(Credential credential, Optional<Delegation> delegation, long signedSeconds)
        implements Checked {}

    /// Not signed by anybody whom `trust` names.
    record Bad(Verdict.Refused verdict) implements Checked {}
  }

  /// Checks the signatures of a credential.
  static Checked credential(String compact, ClusterTrust trust, long nowMillis) {
    try {
      Jwt jwt = Jwt.parse(Jwt.Kind.CREDENTIAL, compact);
      Credential credential = Claims.credential(jwt);
      if (!credential.cluster().equals(trust.cluster())) {
        return bad(
            Refusal.WRONG_CLUSTER,
            "the credential of %s is of cluster %s, this is cluster %s"
                .formatted(credential.node(), credential.cluster(), trust.cluster()));
      }
      if (credential.byOperator()) {
        return operator(jwt, trust, nowMillis)
            .map(objection -> bad(objection, "the credential of " + credential.node()))
            .orElseGet(
                () -> new Checked.Good(credential, Optional.empty(), credential.issuedSeconds()));
      }
      return delegated(jwt, credential, trust, nowMillis);
    } catch (IllegalArgumentException e) {
      return bad(
          Refusal.BAD_SIGNATURE,
          "the credential cannot be read: " + String.valueOf(e.getMessage()));
    }
  }

  /// Follows the changes of the operator's key from what is trusted; what does not
  /// belong, or is not
  /// signed by both keys, has no effect.
  static ClusterTrust follow(ClusterTrust trust, List<String> rotations) {
    ClusterTrust reached = trust;
    // Each pass over the list can reach one more key, in either direction.
    for (int pass = 0; pass < rotations.size(); pass++) {
      for (String rotation : rotations) {
        Optional<ClusterTrust.Rotation> checked = rotation(rotation);
        if (checked.isPresent()) {
          reached = reached.rotated(checked.get());
        }
      }
    }
    return reached;
  }

  /// A change of the operator's key, when both keys signed it.
  static Optional<ClusterTrust.Rotation> rotation(String compact) {
    try {
      Jwt outer = Jwt.parse(Jwt.Kind.ROTATION, compact);
      Jwt inner = Jwt.parse(Jwt.Kind.ROTATION, outer.text("counter"));
      ClusterTrust.Rotation rotation = Claims.rotation(outer);
      boolean agreed = rotation.equals(Claims.rotation(inner));
      return agreed && outer.signedBy(rotation.from()) && inner.signedBy(rotation.to())
          ? Optional.of(rotation)
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // shown by a stranger: worth nothing
    }
  }

  /// The epoch that the operator certified, empty when it is no certificate of this cluster's.
  static Optional<Long> epoch(String compact, ClusterTrust trust, long nowMillis) {
    try {
      Jwt jwt = Jwt.parse(Jwt.Kind.EPOCH, compact);
      boolean ours = jwt.text("cluster").equals(trust.cluster());
      // An epoch outlives the key that certified it: a former key is as good here, the epoch of a
      // running cluster not being signed again when the operator's key is replaced.
      boolean signed =
          jwt.signedBy(trust.operatorKey())
              || trust.former().stream().anyMatch(former -> jwt.signedBy(former.key()));
      return ours && signed ? Optional.of(jwt.number("epoch")) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /// Why the operator's signature on `jwt` is not good, empty when it is.
  static Optional<Refusal> operator(Jwt jwt, ClusterTrust trust, long nowMillis) {
    if (jwt.signedBy(trust.operatorKey())) {
      return Optional.empty();
    }
    for (ClusterTrust.FormerKey former : trust.former()) {
      if (jwt.signedBy(former.key())) {
        return nowMillis / 1000 < former.untilSeconds()
            ? Optional.empty()
            : Optional.of(Refusal.NOT_SIGNED);
      }
    }
    return Optional.of(Refusal.BAD_SIGNATURE);
  }

  private static Checked delegated(
      Jwt jwt, Credential credential, ClusterTrust trust, long nowMillis) {
    Jwt leave = Jwt.parse(Jwt.Kind.DELEGATION, jwt.text("del"));
    Delegation delegation = Claims.delegation(leave);
    Optional<Refusal> objection = operator(leave, trust, nowMillis);
    if (objection.isPresent()) {
      return bad(objection.get(), "the leave of voter %s".formatted(delegation.voter()));
    }
    if (!jwt.signedBy(delegation.key())) {
      return bad(
          Refusal.BAD_SIGNATURE,
          "the credential of %s is not signed by voter %s"
              .formatted(credential.node(), delegation.voter()));
    }
    return new Checked.Good(credential, Optional.of(delegation), delegation.issuedSeconds());
  }

  private static Checked bad(Refusal reason, String what) {
    String detail =
        switch (reason) {
          case NOT_SIGNED -> what + " is not yet signed by the operator's new key";
          case BAD_SIGNATURE ->
              what.contains(" ") && what.startsWith("the credential cannot")
                  ? what
                  : what + " is not signed by the operator of this cluster";
          default -> what;
        };
    return new Checked.Bad(new Verdict.Refused(reason, detail));
  }
}
