package dev.ringrift.io.trust;

import dev.ringrift.core.UserError;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/// Files that only their owner may read, replaced as a whole: a reader sees the old or the new one,
/// also after a crash.
final class PrivateFile {
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");
  private static final Set<PosixFilePermission> FOLDER_OWNER_ONLY =
      PosixFilePermissions.fromString("rwx------");

  private PrivateFile() {}

  /// Writes `content` with mode 0600 and returns when it is on disk.
  static void write(Path file, byte[] content) {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null) {
      throw new IllegalArgumentException("'%s' is no file".formatted(file));
    }
    try {
      if (!Files.isDirectory(folder)) {
        Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(FOLDER_OWNER_ONLY));
      }
      Path half =
          Files.createTempFile(
              folder,
              "." + file.getFileName(),
              ".new",
              PosixFilePermissions.asFileAttribute(OWNER_ONLY));
      try {
        try (FileChannel channel = FileChannel.open(half, StandardOpenOption.WRITE)) {
          ByteBuffer left = ByteBuffer.wrap(content);
          while (left.hasRemaining()) {
            channel.write(left);
          }
          channel.force(true);
        }
        Files.move(half, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(half);
      }
      try (FileChannel entry = FileChannel.open(folder, StandardOpenOption.READ)) {
        entry.force(true);
      }
    } catch (IOException e) {
      throw new UserError("cannot write " + file, String.valueOf(e), "");
    }
  }

  /// Reads a file that holds a secret; one that others can read is refused.
  static byte[] readSecret(Path file) {
    try {
      Set<PosixFilePermission> mode =
          Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS);
      if (!OWNER_ONLY.containsAll(mode)) {
        throw new UserError(
            "the key file %s can be read by others".formatted(file),
            "its mode is " + PosixFilePermissions.toString(mode),
            "if nobody else has read it: chmod 600 " + file);
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UserError("cannot read " + file, String.valueOf(e), "");
    }
  }
}
