package dev.ringrift.io.data.depot;

import dev.ringrift.agent.data.CollectOrder;
import dev.ringrift.agent.data.Collected;
import dev.ringrift.core.UserError;
import dev.ringrift.core.data.Content;
import dev.ringrift.core.data.DataName;
import dev.ringrift.core.data.RelativePath;
import dev.ringrift.core.jobs.AttemptId;
import dev.ringrift.io.data.files.FileStore;
import dev.ringrift.io.data.files.ServedFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;

/// Keeps files that ended attempts left in their folders. No byte is copied where they lie on the
/// file system of the served folder. Thread-safe.
final class Collector {
  private static final int COLLECTED_MAX = 1_000;

  private final FileStore store;
  private final Function<AttemptId, Path> workdirs;
  private final BiConsumer<RelativePath, ServedFile> kept;
  private final Set<AttemptId> begun = new HashSet<>();
  private final Map<AttemptId, Collected> done = new LinkedHashMap<>();

  /// @param kept hears of each file, with its name
  Collector(
      FileStore store,
      Function<AttemptId, Path> workdirs,
      BiConsumer<RelativePath, ServedFile> kept) {
    this.store = store;
    this.workdirs = workdirs;
    this.kept = kept;
  }

  synchronized void collect(CollectOrder order) {
    if (begun.size() < COLLECTED_MAX && begun.add(order.attempt())) {
      Thread.ofVirtual().name("collect " + order.attempt()).start(() -> run(order));
    }
  }

  synchronized List<Collected> collected() {
    return List.copyOf(done.values());
  }

  synchronized void settled(AttemptId attempt) {
    begun.remove(attempt);
    done.remove(attempt);
  }

  private void run(CollectOrder order) {
    Collected found;
    try {
      found = new Collected(order.attempt(), files(order), "");
    } catch (UserError e) {
      found = new Collected(order.attempt(), List.of(), e.what() + " " + e.because());
    } catch (InterruptedException e) {
      return; // the node is stopping; it is ordered again
    } catch (RuntimeException e) {
      found = new Collected(order.attempt(), List.of(), "a fault of the program: " + e);
    }
    synchronized (this) {
      if (begun.contains(order.attempt())) {
        done.put(order.attempt(), found);
      }
    }
  }

  private List<Content> files(CollectOrder order) throws InterruptedException {
    Path folder =
        order.workdir().isEmpty() ? workdirs.apply(order.attempt()) : Path.of(order.workdir());
    List<Content> found = new ArrayList<>();
    for (String path : order.paths()) {
      Path file = folder.resolve(new RelativePath(path).text());
      RelativePath temporary =
          new RelativePath(DataName.OBJECTS + order.attempt() + "-" + found.size());
      ServedFile served = store.publish(temporary, file, read -> {});
      RelativePath name = new RelativePath(DataName.OBJECTS + served.id());
      kept.accept(name, store.publish(name, file, read -> {}));
      store.remove(temporary);
      found.add(new Content(served.id(), served.manifest().sizeBytes(), served.sha256()));
    }
    return found;
  }
}
