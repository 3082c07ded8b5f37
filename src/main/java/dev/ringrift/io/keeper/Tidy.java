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
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Removes what is kept of forgotten attempts, on a thread of its own. A fresh working folder
/// goes at once; what the attempt printed stays for `grace`, also when it is `shipped`: the voter
/// that has it may die, and the next one then gets it from here. Of those that are shipped only
/// the newest `SHIPPED_MAX` stay.
final class Tidy {
  /// A file in an attempt's folder: the attempt is forgotten.
  static final String FORGOTTEN = "forgotten";

  /// A file in an attempt's folder: all that it printed is with a voter.
  static final String SHIPPED = "shipped";

  static final Duration EVERY = Duration.ofSeconds(5);

  /// Most shipped attempts whose output stays.
  static final int SHIPPED_MAX = 500;

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
    List<Kept> forgotten = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(attempts)) {
      for (Path folder : all) {
        Path mark = folder.resolve(FORGOTTEN);
        if (Files.exists(mark)) {
          forgotten.add(
              new Kept(
                  folder,
                  Files.getLastModifiedTime(mark).toMillis(),
                  Files.exists(folder.resolve(SHIPPED))));
        }
      }
      forgotten.sort(Comparator.comparingLong(Kept::sinceMillis).reversed());
      int shipped = 0;
      for (Kept kept : forgotten) {
        shipped += kept.shipped() ? 1 : 0;
        sweep(kept, nowMillis, kept.shipped() && shipped > SHIPPED_MAX);
      }
    } catch (IOException e) {
      log.say("%s cannot be tidied: %s".formatted(attempts, e));
    }
  }

  private void sweep(Kept kept, long nowMillis, boolean tooMany) throws IOException {
    if (tooMany || nowMillis - kept.sinceMillis() > grace.toMillis()) {
      remove(kept.folder());
    } else if (Files.exists(kept.folder().resolve("work"))) {
      remove(kept.folder().resolve("work"));
    }
  }

  private record Kept(Path folder, long sinceMillis, boolean shipped) {}

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
