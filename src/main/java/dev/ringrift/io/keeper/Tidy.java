package dev.ringrift.io.keeper;

import dev.ringrift.core.jobs.AttemptId;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Removes what is kept of forgotten attempts, on a thread of its own. A fresh working folder
/// goes at once; what the attempt printed stays until it is `shipped`, at most for `grace`.
final class Tidy {
  /// A file in an attempt's folder: the attempt is forgotten.
  static final String FORGOTTEN = "forgotten";

  /// A file in an attempt's folder: all that it printed is with a voter.
  static final String SHIPPED = "shipped";

  static final Duration EVERY = Duration.ofSeconds(5);

  private final Path attempts;
  private final Duration grace;
  private final KeeperLog log;

  Tidy(Path attempts, Duration grace, KeeperLog log) {
    this.attempts = attempts;
    this.grace = grace;
    this.log = log;
  }

  /// Marks an attempt as forgotten; its files go later.
  void forget(AttemptId id) {
    Path folder = attempts.resolve(id.toString());
    try {
      if (Files.isDirectory(folder) && !Files.exists(folder.resolve(FORGOTTEN))) {
        Files.createFile(folder.resolve(FORGOTTEN));
      }
    } catch (IOException e) {
      log.say("%s: cannot be marked as forgotten: %s".formatted(id, e));
    }
  }

  void start() {
    Thread.ofPlatform().daemon().name("tidy").start(this::run);
  }

  private void run() {
    try {
      while (true) {
        sweep(System.currentTimeMillis());
        Thread.sleep(Math.clamp(grace.toMillis() / 2, 100, EVERY.toMillis()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Removes what may go now.
  void sweep(long nowMillis) {
    try (DirectoryStream<Path> all = Files.newDirectoryStream(attempts)) {
      for (Path folder : all) {
        if (Files.exists(folder.resolve(FORGOTTEN))) {
          sweep(folder, nowMillis);
        }
      }
    } catch (IOException e) {
      log.say("%s cannot be tidied: %s".formatted(attempts, e));
    }
  }

  private void sweep(Path folder, long nowMillis) throws IOException {
    long sinceMillis = Files.getLastModifiedTime(folder.resolve(FORGOTTEN)).toMillis();
    if (Files.exists(folder.resolve(SHIPPED)) || nowMillis - sinceMillis > grace.toMillis()) {
      remove(folder);
    } else if (Files.exists(folder.resolve("work"))) {
      remove(folder.resolve("work"));
    }
  }

  /// Removes a tree without following links out of it.
  private static void remove(Path tree) throws IOException {
    Files.walkFileTree(
        tree,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException problem)
              throws IOException {
            if (problem != null) {
              throw problem;
            }
            Files.deleteIfExists(folder);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
