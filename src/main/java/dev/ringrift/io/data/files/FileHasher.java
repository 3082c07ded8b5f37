package dev.ringrift.io.data.files;

import dev.ringrift.core.UserError;
import dev.ringrift.core.data.Manifest;
import dev.ringrift.core.data.Sha256;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/// Reads files to learn what is in them, or knows it from `HashCache`. Thread-safe; at most
/// `FILES_MAX` files at a time, on threads of its own, with a few megabytes of memory each.
///
/// A file that is written to while it is read has no hash. The clock by which a file system stamps
/// its files ticks slowly (10 ms on Linux, whole seconds on some), so that a write just after a
/// stamp may leave it as it was: nothing is read before the last stamp is a tick old.
public final class FileHasher implements AutoCloseable {
  /// Most files that are read at a time.
  public static final int FILES_MAX = 2;

  private static final Duration TICK = Duration.ofMillis(20);
  private static final Duration COARSE_TICK = Duration.ofSeconds(2);
  private static final int READS_MAX = 3;

  private final HashCache cache;
  private final List<HashLine> lines;
  private final ArrayBlockingQueue<HashLine> idle;

  public FileHasher(HashCache cache) {
    this.cache = cache;
    this.lines = List.of(new HashLine(), new HashLine());
    this.idle = new ArrayBlockingQueue<>(FILES_MAX, true, lines);
  }

  /// What is known of a file without reading it; empty where it would have to be read. Quick.
  public Optional<HashedFile> known(Path file) {
    try {
      return cache.find(FileStamp.of(file));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /// What is in a file; blocks while it is read, as long as that takes.
  ///
  /// @throws UserError when it cannot be read, or is being written to
  public HashedFile hash(Path file) throws InterruptedException {
    return hash(file, bytes -> {});
  }

  /// As `hash`.
  ///
  /// @param progress gets how many bytes have been read, from another thread
  public HashedFile hash(Path file, LongConsumer progress) throws InterruptedException {
    try {
      Optional<HashedFile> cached = cache.find(FileStamp.of(file));
      if (cached.isPresent()) {
        return cached.get();
      }
      HashLine line = idle.take();
      try {
        return read(file, line, progress);
      } finally {
        idle.add(line);
      }
    } catch (NoSuchFileException e) {
      throw new UserError(
          "there is no file " + file,
          Optional.ofNullable(e.getReason()).orElse(""),
          "name a regular file that lies on this node");
    } catch (IOException e) {
      throw new UserError("cannot read " + file, e.toString(), "may you read it?");
    }
  }

  /// Notes what is in a file that the caller wrote, verified and is done with, so that it need not
  /// be read.
  ///
  /// @throws UserError when the file is not there, or not as long
  public HashedFile remember(Path file, Manifest manifest, Sha256 sha256)
      throws InterruptedException {
    try {
      awaitTick(FileStamp.of(file));
      FileStamp stamp = FileStamp.of(file);
      if (stamp.sizeBytes() != manifest.sizeBytes()) {
        throw changed(
            file, "it has %d bytes, not %d".formatted(stamp.sizeBytes(), manifest.sizeBytes()));
      }
      HashedFile noted = new HashedFile(stamp, manifest, manifest.id(), sha256);
      cache.put(noted);
      return noted;
    } catch (IOException e) {
      throw new UserError("cannot read " + file, e.toString(), "may you read it?");
    }
  }

  /// Takes over what is known of a file that has just been given another name, which stamps it
  /// anew. A write since it was read would show in its time of modification.
  HashedFile renamed(HashedFile before, Path now) throws IOException {
    FileStamp was = before.stamp();
    FileStamp stamp = FileStamp.of(now);
    if (stamp.device() != was.device()
        || stamp.inode() != was.inode()
        || stamp.sizeBytes() != was.sizeBytes()
        || stamp.modifiedNanos() != was.modifiedNanos()) {
      throw changed(now, "something writes to it");
    }
    HashedFile noted = new HashedFile(stamp, before.manifest(), before.id(), before.sha256());
    cache.put(noted);
    return noted;
  }

  private static UserError changed(Path file, String because) {
    return new UserError(
        "%s changed while it was read".formatted(file),
        because,
        "wait until it is finished, or make a copy of it");
  }

  private HashedFile read(Path file, HashLine line, LongConsumer progress)
      throws IOException, InterruptedException {
    for (int i = 0; i < READS_MAX; i++) {
      boolean certain = awaitTick(FileStamp.of(file));
      FileStamp before = FileStamp.of(file);
      Optional<HashedFile> hashed = await(line.begin(file, before, progress));
      if (hashed.isPresent() && FileStamp.of(file).equals(before)) {
        if (certain) {
          cache.put(hashed.get());
        }
        return hashed.get();
      }
    }
    throw changed(
        file,
        "something writes to it: it was another file after each of %d readings"
            .formatted(READS_MAX));
  }

  /// Waits until a write would get a later stamp than this one; false when that cannot be told.
  private static boolean awaitTick(FileStamp stamp) throws InterruptedException {
    Instant now = Instant.now();
    Optional<Duration> wait =
        toTick(stamp, TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano());
    if (wait.isPresent()) {
      Thread.sleep(wait.get());
    }
    return wait.isPresent();
  }

  /// How long after `nowNanos`, since 1970, a write would get a later stamp than this one; empty
  /// when the stamp is of the future.
  static Optional<Duration> toTick(FileStamp stamp, long nowNanos) {
    long stamped = Math.max(stamp.modifiedNanos(), stamp.changedNanos());
    boolean coarse = stamped % TimeUnit.SECONDS.toNanos(1) == 0;
    long tick = (coarse ? COARSE_TICK : TICK).toNanos();
    long age = nowNanos - stamped;
    return age <= -tick ? Optional.empty() : Optional.of(Duration.ofNanos(Math.max(0, tick - age)));
  }

  private static <T> T await(Future<T> future) throws IOException, InterruptedException {
    try {
      return future.get();
    } catch (InterruptedException e) {
      future.cancel(true);
      throw e;
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case IOException cause -> throw cause;
        case RuntimeException cause -> throw cause;
        case Error cause -> throw cause;
        case null, default -> throw new IllegalStateException(e);
      }
    }
  }

  /// Breaks off what is being read.
  @Override
  public void close() {
    lines.forEach(HashLine::close);
  }
}
