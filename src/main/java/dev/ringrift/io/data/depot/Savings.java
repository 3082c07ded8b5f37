package dev.ringrift.io.data.depot;

import dev.ringrift.agent.data.SaveOrder;
import dev.ringrift.agent.data.Saved;
import dev.ringrift.core.UserError;
import dev.ringrift.core.data.Content;
import dev.ringrift.core.data.DataName;
import dev.ringrift.core.data.RelativePath;
import dev.ringrift.core.jobs.AttemptId;
import dev.ringrift.io.data.files.FileStamp;
import dev.ringrift.io.data.files.FileStore;
import dev.ringrift.io.data.files.ServedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Saves checkpoints of running attempts: copies of a file in their folders, taken only when it is
/// whole. Whole means that it was the same before and after the copying, and had not been written
/// to for a moment before; a program that writes beside and renames is always so. One copy of each
/// attempt is on its way at a time. Thread-safe.
final class Savings {
  private static final Logger LOG = LoggerFactory.getLogger(Savings.class);
  private static final int ATTEMPTS_MAX = 1_000;
  private static final long QUIET_NANOS = 500_000_000L;

  private final FileStore store;
  private final Function<AttemptId, Path> workdirs;
  private final Path folder;
  private final BiConsumer<RelativePath, ServedFile> kept;
  private final Map<AttemptId, Watched> watched = new HashMap<>();

  /// @param folder for copies while they are made
  /// @param kept hears of each file, with its name
  Savings(
      FileStore store,
      Function<AttemptId, Path> workdirs,
      Path folder,
      BiConsumer<RelativePath, ServedFile> kept) {
    this.store = store;
    this.workdirs = workdirs;
    this.folder = folder;
    this.kept = kept;
  }

  synchronized void save(List<SaveOrder> orders) {
    for (SaveOrder order : orders) {
      if (watched.size() < ATTEMPTS_MAX || watched.containsKey(order.attempt())) {
        Watched one = watched.computeIfAbsent(order.attempt(), id -> new Watched());
        if (one.due(order, System.nanoTime())) {
          one.busy = true;
          Thread.ofVirtual().name("save " + order.attempt()).start(() -> run(order, one));
        }
      }
    }
  }

  synchronized List<Saved> saved() {
    List<Saved> found = new ArrayList<>();
    watched.forEach(
        (id, one) -> Optional.ofNullable(one.last).ifPresent(c -> found.add(new Saved(id, c))));
    return found;
  }

  synchronized void settled(AttemptId attempt) {
    watched.remove(attempt);
  }

  private void run(SaveOrder order, Watched one) {
    Optional<Copied> copied = Optional.empty();
    try {
      copied = copy(order, one.stamp);
    } catch (UserError | IOException e) {
      LOG.warn("the checkpoint of {} is not saved now: {}", order.attempt(), e.toString());
    } catch (InterruptedException e) {
      return; // the node is stopping
    }
    synchronized (this) {
      one.busy = false;
      one.lookedNanos = System.nanoTime();
      if (copied.isPresent()) {
        one.stamp = copied.get().stamp();
        one.last = copied.get().content();
      }
    }
  }

  private Optional<Copied> copy(SaveOrder order, @Nullable FileStamp known)
      throws IOException, InterruptedException {
    Path work =
        order.workdir().isEmpty() ? workdirs.apply(order.attempt()) : Path.of(order.workdir());
    Path file = work.resolve(new RelativePath(order.path()).text());
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    FileStamp before = FileStamp.of(file);
    long age = System.currentTimeMillis() * 1_000_000 - before.modifiedNanos();
    if (before.equals(known) || (age >= 0 && age < QUIET_NANOS)) {
      return Optional.empty();
    }
    Files.createDirectories(folder);
    Path copy = folder.resolve(order.attempt().toString());
    Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
    try {
      if (!FileStamp.of(file).equals(before)) {
        return Optional.empty(); // it is being written: not whole
      }
      return Optional.of(new Copied(before, keep(order, copy)));
    } finally {
      Files.deleteIfExists(copy);
    }
  }

  private Content keep(SaveOrder order, Path copy) throws InterruptedException {
    RelativePath temporary = new RelativePath(DataName.OBJECTS + "saving-" + order.attempt());
    ServedFile served = store.publish(temporary, copy, read -> {});
    RelativePath name = new RelativePath(DataName.OBJECTS + served.id());
    kept.accept(name, store.publish(name, served.file(), read -> {}));
    store.remove(temporary);
    return new Content(served.id(), served.manifest().sizeBytes(), served.sha256());
  }

  private record Copied(FileStamp stamp, Content content) {}

  /// What is known of one attempt's checkpoint; guarded by the savings.
  private static final class Watched {
    private boolean busy;
    private long lookedNanos;
    private boolean looked;
    private @Nullable FileStamp stamp;
    private @Nullable Content last;

    /// Whether it is time to look again, and what was saved last is safe.
    boolean due(SaveOrder order, long now) {
      Content known = last;
      boolean safe = known == null || order.safe().filter(id -> id.equals(known.id())).isPresent();
      boolean early = looked && now - lookedNanos < order.every().toNanos();
      if (busy || !safe || early) {
        return false;
      }
      looked = true;
      lookedNanos = now;
      return true;
    }
  }
}
