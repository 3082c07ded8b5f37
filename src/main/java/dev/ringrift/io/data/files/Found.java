package dev.ringrift.io.data.files;

import dev.ringrift.core.data.RelativePath;
import java.nio.file.Path;
import java.util.Optional;

/// What lies at a name.
public sealed interface Found {
  RelativePath name();

  /// @param path where it really lies, without symbolic links
  /// @param known what is in it, once it has been read
  record File(RelativePath name, Path path, FileStamp stamp, Optional<ServedFile> known)
      implements Found {}

  record Folder(RelativePath name) implements Found {}
}
