package dev.ringrift.core.trust;

import java.util.ArrayList;
import java.util.List;

/// Whom a node trusts: the operator's key of its cluster, and for a while the keys before it.
///
/// @param cluster id of the cluster
/// @param operatorKey the newest, base64url of an Ed25519 public key
/// @param former replaced keys
public record ClusterTrust(String cluster, String operatorKey, List<FormerKey> former) {
  /// A replaced key of the operator, whose signatures stay good until `untilSeconds`.
  public record FormerKey(String key, long untilSeconds) {}

  public ClusterTrust {
    former = List.copyOf(former);
  }

  /// The trust after the operator's key `rotation.from` gave way to `rotation.to`; unchanged when
  /// the rotation is of other keys, or known.
  ///
  /// Both keys have signed the rotation, so it can be followed both ways: forward by a node that
  /// knows only the old key, backward by one that was told only the new one.
  public ClusterTrust rotated(Rotation rotation) {
    if (!rotation.cluster().equals(cluster)) {
      return this;
    }
    boolean knows =
        former.stream().anyMatch(known -> known.key().equals(rotation.from()))
            || rotation.to().equals(rotation.from());
    boolean forward = rotation.from().equals(operatorKey);
    boolean backward =
        rotation.to().equals(operatorKey)
            || former.stream().anyMatch(known -> known.key().equals(rotation.to()));
    if (knows || !(forward || backward) || former.size() >= Hello.ROTATIONS_MAX) {
      return this;
    }
    List<FormerKey> keys = new ArrayList<>(former);
    keys.add(new FormerKey(rotation.from(), rotation.untilSeconds()));
    return new ClusterTrust(cluster, forward ? rotation.to() : operatorKey, keys);
  }

  /// The claims of a change of the operator's key.
  ///
  /// @param from the key that gives way
  /// @param to the key that takes over
  /// @param untilSeconds until when what `from` signed stays good
  public record Rotation(String cluster, String from, String to, long untilSeconds) {}
}
