package dev.ringrift.io.data.files;

import dev.ringrift.core.UserError;
import dev.ringrift.core.data.RelativePath;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads files that nobody announced, one after the other, on a thread of its own; looks now and
/// then which are new, and which are gone.
final class Indexer implements AutoCloseable {
  /// Most names that wait; what finds no room is found again by the next look.
  static final int WANTED_MAX = FileIndex.FILES_MAX;

  private static final Duration LOOK_EVERY = Duration.ofSeconds(30);
  // Looking through many files takes its time, and is to take a small part of it.
  private static final int REST_PER_LOOK = 20;
  private static final int FAILED_MAX = 10_000;

  private final FileStore store;
  private final Thread thread =
      Thread.ofPlatform().daemon().name("data-index").unstarted(this::run);
  private final LinkedHashSet<RelativePath> wanted = new LinkedHashSet<>();
  // Those that could not be read, and when to try again.
  private final Map<RelativePath, Long> failed = new LinkedHashMap<>();
  private boolean closed;

  Indexer(FileStore store) {
    this.store = store;
  }

  void start() {
    thread.start();
  }

  /// Has a file read soon. Returns at once.
  synchronized void want(RelativePath name) {
    Long retry = failed.get(name);
    if (wanted.size() < WANTED_MAX && (retry == null || System.nanoTime() - retry > 0)) {
      wanted.add(name);
      notifyAll();
    }
  }

  private void run() {
    long nextLook = System.nanoTime();
    try {
      while (true) {
        if (System.nanoTime() - nextLook >= 0) {
          long begun = System.nanoTime();
          store.forgetGone();
          store.all(); // asking for a file that is not known makes it wanted
          long took = System.nanoTime() - begun;
          nextLook = begun + Math.max(LOOK_EVERY.toNanos(), REST_PER_LOOK * took);
        }
        RelativePath name = next(nextLook);
        if (name != null) {
          learn(name);
        }
      }
    } catch (InterruptedException e) {
      // closed
    }
  }

  private synchronized @Nullable RelativePath next(long untilNanos) throws InterruptedException {
    long left;
    while (wanted.isEmpty() && (left = untilNanos - System.nanoTime()) > 0) {
      wait(left / 1_000_000 + 1);
    }
    if (closed) {
      throw new InterruptedException();
    }
    return wanted.isEmpty() ? null : wanted.removeFirst();
  }

  private void learn(RelativePath name) throws InterruptedException {
    try {
      store.learn(name);
      synchronized (this) {
        failed.remove(name);
        wanted.remove(name); // learning asks for it once more
      }
    } catch (UserError e) {
      // It is served without an id. A file that is being written is not read over and over.
      synchronized (this) {
        wanted.remove(name);
        failed.put(name, System.nanoTime() + LOOK_EVERY.toNanos());
        if (failed.size() > FAILED_MAX) {
          failed.remove(failed.keySet().iterator().next());
        }
      }
    }
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
