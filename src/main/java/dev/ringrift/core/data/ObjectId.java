package dev.ringrift.core.data;

/// Which bytes: the SHA-256 of their manifest. Two files of equal content have the same, whatever
/// their names and times.
public record ObjectId(Sha256 hash) implements Comparable<ObjectId> {
  /// @param hex 64 hexadecimal digits
  /// @throws IllegalArgumentException when it is something else
  public static ObjectId parse(String hex) {
    return new ObjectId(Sha256.parse(hex));
  }

  @Override
  public int compareTo(ObjectId other) {
    return hash.compareTo(other.hash);
  }

  @Override
  public String toString() {
    return hash.toString();
  }
}
