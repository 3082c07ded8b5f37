package dev.ringrift.io.data.files;

import dev.ringrift.core.data.Manifest;
import dev.ringrift.core.data.ObjectId;
import dev.ringrift.core.data.Sha256;

/// What was in a file when it was read.
///
/// @param stamp of the file from before to after the reading
/// @param id of `manifest`
/// @param sha256 of the whole content
public record HashedFile(FileStamp stamp, Manifest manifest, ObjectId id, Sha256 sha256) {
  public HashedFile {
    if (stamp.sizeBytes() != manifest.sizeBytes()) {
      throw new IllegalArgumentException(
          "a file of %d bytes with a manifest of %d"
              .formatted(stamp.sizeBytes(), manifest.sizeBytes()));
    }
  }
}
