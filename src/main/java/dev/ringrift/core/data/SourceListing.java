package dev.ringrift.core.data;

import java.util.List;
import java.util.Optional;

/// What one source says that it has.
///
/// @param source its address
public record SourceListing(String source, List<Entry> entries) {
  /// Most files that are looked at.
  public static final int ENTRIES_MAX = 200_000;

  public SourceListing {
    entries = List.copyOf(entries);
  }

  /// One file of it.
  ///
  /// @param modifiedMillis since 1970
  /// @param id of its manifest, where the source tells
  /// @param sha256 of its content, where the source tells
  /// @param complete whether the source has all of it
  public record Entry(
      RelativePath path,
      long sizeBytes,
      long modifiedMillis,
      Optional<ObjectId> id,
      Optional<Sha256> sha256,
      boolean complete) {
    public Entry {
      if (sizeBytes < 0) {
        throw new IllegalArgumentException("%s has %d bytes".formatted(path, sizeBytes));
      }
    }
  }
}
