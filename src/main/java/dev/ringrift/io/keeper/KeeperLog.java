package dev.ringrift.io.keeper;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/// The keeper's own log: one line an event, in a file of at most `BYTES_MAX` and one older file.
/// Not the agent's logger, which would double the keeper's memory and rotate the agent's file
/// under it.
final class KeeperLog {
  static final long BYTES_MAX = 1 << 20;

  private final Path file;

  KeeperLog(Path file) {
    this.file = file;
  }

  /// Adds a line; a log that cannot be written must not stop the keeper.
  synchronized void say(String text) {
    Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    try {
      if (Files.exists(file) && Files.size(file) > BYTES_MAX) {
        Path old = file.resolveSibling(file.getFileName() + ".1");
        Files.move(file, old, StandardCopyOption.REPLACE_EXISTING);
      }
      Files.writeString(
          file, now + " " + text + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      System.err.println(new UncheckedIOException(text, e).getMessage());
    }
  }

  /// The last line of a log, for people.
  static String tail(Path file, int exitCode) {
    try {
      String text = Files.readString(file).strip();
      int errorAt = Math.max(text.lastIndexOf("\n20"), 0);
      return text.substring(errorAt).strip();
    } catch (IOException e) {
      return "it left with exit code " + exitCode;
    }
  }
}
