package dev.ringrift.io.keeper;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/// Bounds the disk space of what a job prints, without a process in between that could die and
/// take the job with it: beyond the bound the middle of the file is given back to the file
/// system (fallocate(2), `FALLOC_FL_PUNCH_HOLE`). The head and the newest part stay, offsets
/// stay what they were, and the job notices nothing. `stdout.hole` beside it has the two ends
/// of the hole.
final class OutputBound {
  /// Kept from the beginning of each file.
  static final long HEAD_BYTES = 1 << 20;

  private final long bytesMax;
  private final KeeperLog log;

  /// @param bytesMax of one stream of one attempt on disk, give or take what it prints in a
  ///     second
  OutputBound(long bytesMax, KeeperLog log) {
    this.bytesMax = Math.max(bytesMax, 2 * HEAD_BYTES);
    this.log = log;
  }

  /// Looks at all attempts of a folder.
  void enforceAll(Path attempts) {
    try (DirectoryStream<Path> all = Files.newDirectoryStream(attempts)) {
      for (Path folder : all) {
        if (!Files.exists(folder.resolve("ended.json"))) {
          enforce(folder);
        }
      }
    } catch (IOException e) {
      log.say("%s cannot be read: %s".formatted(attempts, e));
    }
  }

  /// Looks at both streams of an attempt.
  void enforce(Path folder) {
    try {
      enforce(folder.resolve("stdout"), folder.resolve("stdout.hole"));
      enforce(folder.resolve("stderr"), folder.resolve("stderr.hole"));
    } catch (IOException e) {
      log.say("%s: its output cannot be bounded: %s".formatted(folder, e));
    }
  }

  private void enforce(Path file, Path hole) throws IOException {
    if (!Files.exists(file)) {
      return;
    }
    long size = Files.size(file);
    long done = holeEnd(hole);
    if (size - Math.max(done - HEAD_BYTES, 0) <= bytesMax) {
      return;
    }
    long to = size - bytesMax / 2;
    Path fresh = hole.resolveSibling(hole.getFileName() + ".new");
    Files.writeString(fresh, "%d %d\n".formatted(HEAD_BYTES, to), StandardCharsets.US_ASCII);
    // Said before it is done: a reader may miss bytes, but never takes zeros for output.
    Files.move(fresh, hole, StandardCopyOption.ATOMIC_MOVE);
    if (!Posix.punchHole(file, Math.max(done, HEAD_BYTES), to)) {
      log.say("%s has %d bytes, and the file system cannot bound it".formatted(file, size));
    }
  }

  private static long holeEnd(Path hole) throws IOException {
    return Files.exists(hole)
        ? Long.parseLong(Files.readString(hole).strip().split(" ", -1)[1])
        : 0;
  }
}
