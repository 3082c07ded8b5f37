package dev.ringrift.core.data;

/// What has to be known of a file's content to fetch and verify it. The manifest, of which `id` is
/// the hash, comes from whoever has it.
///
/// @param sha256 of the whole, for programs that know no manifest
public record Content(ObjectId id, long sizeBytes, Sha256 sha256) {
  public Content {
    if (sizeBytes < 0) {
      throw new IllegalArgumentException("a file of %d bytes".formatted(sizeBytes));
    }
  }
}
