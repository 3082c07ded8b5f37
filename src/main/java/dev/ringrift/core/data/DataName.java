package dev.ringrift.core.data;

import java.util.Set;

/// What people call a file of the cluster, as `models/latest.pth`: where it lies below the folder
/// that a node serves, and so in its URL.
///
/// @param value a `RelativePath`, of which not all can be names
public record DataName(String value) implements Comparable<DataName> {
  public static final int CHARS_MAX = 200;

  /// Checkpoints of tasks are published below this.
  public static final String CHECKPOINTS = "checkpoints/";

  /// Below this lie files that have no name, by their ids.
  public static final String OBJECTS = "objects/";

  /// Below these the data server answers questions of its own.
  private static final Set<String> TAKEN = Set.of("o", "health", "inventory.json");

  /// @throws IllegalArgumentException when it is none
  public DataName {
    if (value.length() > CHARS_MAX) {
      throw new IllegalArgumentException(
          "a name of %d characters: use 1 to %d".formatted(value.length(), CHARS_MAX));
    }
    String first = new RelativePath(value).names().getFirst();
    if (TAKEN.contains(first)) {
      throw new IllegalArgumentException(
          "the name '%s' begins with '%s', where the data server has something of its own"
              .formatted(value, first));
    }
  }

  /// Whether it is one that only the cluster itself gives.
  public boolean internal() {
    return value.startsWith(CHECKPOINTS) || value.startsWith(OBJECTS);
  }

  @Override
  public int compareTo(DataName other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
