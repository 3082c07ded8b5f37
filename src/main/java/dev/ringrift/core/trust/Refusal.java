package dev.ringrift.core.trust;

import java.util.Locale;

/// Why a link or a token is refused; the word that the other side is told.
public enum Refusal {
  /// It belongs to another cluster.
  WRONG_CLUSTER,
  /// Its role may not do this.
  WRONG_ROLE,
  /// Its time is over.
  EXPIRED,
  /// The ledger says that it is no longer good.
  REVOKED,
  /// It is somebody else's: the link's own key is not the one that it was issued to.
  REPLAYED,
  /// Nobody whom this cluster trusts signed it.
  BAD_SIGNATURE,
  /// The operator has not signed this key yet.
  NOT_SIGNED,
  /// It is a voter from before the cluster was recovered.
  OLD_EPOCH,
  /// Another node answered than the one that was wanted.
  WRONG_NODE,
  /// It does not speak this protocol, or broke it.
  PROTOCOL;

  /// The words for people and the wire.
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
