package dev.ringrift.io.data.files;

import dev.ringrift.core.data.RelativePath;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.UUID;

/// The served folder. Nothing outside of it is found through it, whatever symbolic links are in it,
/// and no half file.
///
/// @param path without symbolic links
record ServedRoot(Path path) {
  /// Whether a file of this name is somebody's unfinished download.
  static boolean half(RelativePath name) {
    return name.text().endsWith(".part") || name.text().endsWith(".aria2");
  }

  Path place(RelativePath name) {
    return path.resolve(name.text());
  }

  /// Where the file or folder of this name really lies.
  Optional<Path> find(RelativePath name) {
    try {
      Path real = place(name).toRealPath();
      return visible(name, real) ? Optional.of(real) : Optional.empty();
    } catch (IOException | InvalidPathException e) {
      return Optional.empty(); // there is none
    }
  }

  private boolean visible(RelativePath name, Path real) {
    if (!real.startsWith(path) || real.equals(path) || half(name)) {
      return false;
    }
    try {
      RelativePath target = new RelativePath(path.relativize(real).toString());
      return !half(target) && !Files.exists(path.resolve(target.text() + ".aria2"));
    } catch (IllegalArgumentException e) {
      return false; // hidden
    }
  }

  /// Gives `file` another name here, in the place of what has it; false where it lies on another
  /// file system, or the system does not allow it.
  boolean link(Path file, Path place) throws IOException {
    Path folder = Files.createDirectories(place.resolveSibling(""));
    Path fresh = folder.resolve(".new-" + UUID.randomUUID());
    try {
      Files.createLink(fresh, file);
    } catch (FileSystemException | UnsupportedOperationException e) {
      return false;
    }
    try {
      Files.move(fresh, place, StandardCopyOption.ATOMIC_MOVE);
      try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
        channel.force(true);
      }
      return true;
    } finally {
      Files.deleteIfExists(fresh); // a file that is moved onto itself stays
    }
  }
}
