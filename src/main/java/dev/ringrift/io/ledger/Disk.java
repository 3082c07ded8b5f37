package dev.ringrift.io.ledger;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/// Files that are there whole or not at all, also after the power was cut.
final class Disk {
  private Disk() {}

  /// Writes `parts` one after the other to `path`, in place of what was there.
  static void write(Path path, byte[]... parts) throws IOException {
    Path folder = Files.createDirectories(folderOf(path));
    Path temporary = folder.resolve(path.getFileName() + ".tmp");
    try (FileChannel out =
        FileChannel.open(
            temporary,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      for (byte[] part : parts) {
        ByteBuffer left = ByteBuffer.wrap(part);
        while (left.hasRemaining()) {
          out.write(left);
        }
      }
      out.force(true);
    }
    Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE);
    sync(folder);
  }

  /// Returns after a file's content, or a folder's names, are on disk.
  static void sync(Path path) throws IOException {
    try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
      file.force(true);
    }
  }

  private static Path folderOf(Path path) {
    Path parent = path.toAbsolutePath().getParent();
    if (parent == null) {
      throw new IllegalArgumentException("%s is in no folder".formatted(path));
    }
    return parent;
  }
}
