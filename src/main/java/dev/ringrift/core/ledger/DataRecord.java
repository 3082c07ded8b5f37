package dev.ringrift.core.ledger;

import dev.ringrift.core.NodeId;
import dev.ringrift.core.data.DataName;
import java.util.List;
import java.util.TreeSet;

/// What the ledger knows of a published name. Who holds it is the leader's memory and not here.
///
/// @param versions newest first; the first is what the name means
/// @param keepOn nodes that are to have the newest version, in order
/// @param copies at least so many nodes are to have it
public record DataRecord(
    DataName name, List<DataVersion> versions, List<NodeId> keepOn, int copies) {
  /// Most versions of a name that are remembered.
  public static final int VERSIONS_MAX = 5;

  /// Most copies that can be asked for.
  public static final int COPIES_MAX = 100;

  public DataRecord {
    if (versions.isEmpty() || versions.size() > VERSIONS_MAX) {
      throw new IllegalArgumentException(
          "%s has %d versions: 1 to %d can be".formatted(name, versions.size(), VERSIONS_MAX));
    }
    if (copies < 1 || copies > COPIES_MAX) {
      throw new IllegalArgumentException(
          "%d copies of %s: use 1 to %d".formatted(copies, name, COPIES_MAX));
    }
    versions = List.copyOf(versions);
    keepOn = List.copyOf(new TreeSet<>(keepOn));
  }

  /// What the name means now.
  public DataVersion newest() {
    return versions.getFirst();
  }
}
