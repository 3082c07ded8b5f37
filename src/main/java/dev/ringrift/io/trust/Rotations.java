package dev.ringrift.io.trust;

import dev.ringrift.core.UserError;
import dev.ringrift.core.trust.ClusterTrust;
import dev.ringrift.core.trust.Hello;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Changes of the operator's key.
public final class Rotations {
  private Rotations() {}

  /// Replaces the operator's key by `next`: what nodes have to be told, in the operator's standing
  /// grant. Nodes learn it from each other's hellos; voters' credentials have to be issued again
  /// before `until`.
  ///
  /// @param until until when signatures of `old` stay good
  public static Grant replace(Grant standing, OperatorKey old, OperatorKey next, Instant until) {
    if (standing.rotations().size() >= Hello.ROTATIONS_MAX) {
      throw new UserError(
          "the operator's key was replaced %d times".formatted(standing.rotations().size()),
          "that is as many changes as nodes follow",
          "issue all credentials again under the newest key and start with an empty list");
    }
    List<String> longer = new ArrayList<>(standing.rotations());
    longer.add(old.rotation(next, until));
    return standing.withRotations(longer).withOperatorKey(next.publicKey());
  }

  /// Trusts another operator's key by hand, when the old one is lost and cannot sign a rotation.
  /// What the old one signed is good no more.
  public static Grant refound(Grant held, String operatorKey) {
    Ed25519.publicKey(operatorKey); // throws when it is none
    return new Grant(held.cluster(), held.name(), operatorKey, List.of(), "", "", "");
  }

  /// What `held` and `shown` say together, in order, those with good signatures only.
  static List<String> merged(List<String> held, List<String> shown) {
    Set<String> all = new LinkedHashSet<>(held);
    Set<ClusterTrust.Rotation> known = new LinkedHashSet<>();
    held.forEach(rotation -> Signatures.rotation(rotation).ifPresent(known::add));
    for (String rotation : shown) {
      if (Signatures.rotation(rotation).filter(known::add).isPresent()) {
        all.add(rotation);
      }
    }
    return all.stream().limit(Hello.ROTATIONS_MAX).toList();
  }
}
