package dev.ringrift.core;

import java.util.regex.Pattern;

/// The name of a node, unique in its cluster: 1 to 63 of `a-z 0-9 . _ -`, beginning with a letter
/// or digit.
public record NodeId(String value) implements Comparable<NodeId> {
  private static final Pattern VALID = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");

  public NodeId {
    if (!VALID.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "node id '%s' is not valid: use 1 to 63 of a-z 0-9 . _ -, beginning with a letter or digit"
              .formatted(value));
    }
  }

  @Override
  public int compareTo(NodeId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
