package dev.ringrift.io.data.swarm;

import dev.ringrift.core.UserError;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Writes down verified pieces in groups, on a thread of its own: forces the bytes, then lists
/// them. A crash costs what was verified since the last group, which is what comes in a second, and
/// what was there of pieces that were not whole yet: `PiecePicker` has no more than 64 MiB of
/// those, where pieces allow it. Thread-safe.
final class Commits implements Runnable {
  static final long GROUP_BYTES = 64L << 20;
  static final long GROUP_NANOS = 1_000_000_000L;

  private final PartFile part;
  private final PieceJournal journal;
  private final Consumer<UserError> failed;
  private List<Integer> waiting = new ArrayList<>();
  private long waitingBytes;
  private boolean over;
  private boolean ended;

  /// @param failed is told when the disk refuses
  Commits(PartFile part, PieceJournal journal, Consumer<UserError> failed) {
    this.part = part;
    this.journal = journal;
    this.failed = failed;
  }

  synchronized void add(int piece, int bytes) {
    waiting.add(piece);
    waitingBytes += bytes;
    if (waiting.size() == 1 || waitingBytes >= GROUP_BYTES) {
      notifyAll();
    }
  }

  @Override
  public void run() {
    try {
      for (List<Integer> group = next(); !group.isEmpty(); group = next()) {
        part.force();
        journal.append(group);
      }
    } catch (UserError e) {
      failed.accept(e);
    } catch (IOException e) {
      failed.accept(new UserError("cannot list the pieces of " + part.path(), Ways.reason(e), ""));
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts this thread", e);
    } finally {
      synchronized (this) {
        ended = true;
        notifyAll();
      }
    }
  }

  /// The next group; empty when it is over and all is written.
  private synchronized List<Integer> next() throws InterruptedException {
    while (waiting.isEmpty() && !over) {
      wait();
    }
    long until = System.nanoTime() + GROUP_NANOS;
    while (waitingBytes < GROUP_BYTES && !over && until - System.nanoTime() > 0) {
      wait(Math.max(1, (until - System.nanoTime()) / 1_000_000));
    }
    List<Integer> group = waiting;
    waiting = new ArrayList<>();
    waitingBytes = 0;
    return group;
  }

  /// Forgets what waits: the whole file is about to be forced.
  synchronized void discard() {
    waiting.clear();
    waitingBytes = 0;
  }

  /// Writes down what waits, and returns when that is done.
  synchronized void close() throws InterruptedException {
    over = true;
    notifyAll();
    while (!ended) {
      wait();
    }
  }
}
