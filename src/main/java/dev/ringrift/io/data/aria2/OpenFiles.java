package dev.ringrift.io.data.aria2;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/// Which files processes of this machine have open, where `/proc` tells it.
final class OpenFiles {
  private static final Path PROC = Path.of("/proc");
  private static final long PAUSE_MILLIS = 50;

  private OpenFiles() {}

  /// Waits until nobody has it open; returns whether that came to be.
  static boolean awaitClosed(Path file, Duration longest) throws IOException, InterruptedException {
    Path real = file.toRealPath();
    long end = System.nanoTime() + longest.toNanos();
    while (open(real)) {
      if (System.nanoTime() - end >= 0) {
        return false;
      }
      Thread.sleep(PAUSE_MILLIS);
    }
    return true;
  }

  private static boolean open(Path real) throws IOException {
    if (!Files.isDirectory(PROC)) {
      return false;
    }
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (Path process : processes) {
        if (has(process, real)) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean has(Path process, Path real) {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(process.resolve("fd"))) {
      for (Path file : files) {
        if (Files.readSymbolicLink(file).equals(real)) {
          return true;
        }
      }
      return false;
    } catch (IOException | DirectoryIteratorException e) {
      return false; // it has ended meanwhile, or is another user's
    }
  }
}
