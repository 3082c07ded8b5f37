package dev.ringrift.core.trust;

import static java.util.Objects.requireNonNull;

import java.util.List;

/// What each side of a link says first, inside TLS.
///
/// @param protocol the newest version of the link's protocol that it speaks
/// @param cluster id of its cluster
/// @param credential a JWT, empty for a node that asks for its first one
/// @param epoch the operator's certificate of the cluster's epoch, a JWT
/// @param rotations certificates of the operator's key changes, oldest first
/// @param wallMillis its clock
/// @param addresses where it can be dialled, as a hint
/// @param instance a random word for each start of its process
public record Hello(
    int protocol,
    String cluster,
    String credential,
    String epoch,
    List<String> rotations,
    long wallMillis,
    List<String> addresses,
    String instance) {
  /// The version that this program speaks.
  public static final int PROTOCOL = 1;

  /// Most key changes that are told.
  public static final int ROTATIONS_MAX = 8;

  /// Most addresses that are told.
  public static final int ADDRESSES_MAX = 16;

  public Hello {
    requireNonNull(cluster, "cluster");
    requireNonNull(credential, "credential");
    requireNonNull(epoch, "epoch");
    requireNonNull(instance, "instance");
    if (rotations.size() > ROTATIONS_MAX || addresses.size() > ADDRESSES_MAX) {
      throw new IllegalArgumentException(
          "%d key changes and %d addresses: at most %d and %d"
              .formatted(rotations.size(), addresses.size(), ROTATIONS_MAX, ADDRESSES_MAX));
    }
    rotations = List.copyOf(rotations);
    addresses = List.copyOf(addresses);
  }
}
