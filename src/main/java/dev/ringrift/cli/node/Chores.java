package dev.ringrift.cli.node;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What an agent looks after now and then, one after the other on a thread of its own.
final class Chores implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Chores.class);
  private static final Duration EVERY = Duration.ofMillis(500);

  private final List<Runnable> chores;
  private final CountDownLatch closed = new CountDownLatch(1);

  /// Starts at once.
  Chores(List<Runnable> chores) {
    this.chores = List.copyOf(chores);
    Thread.ofVirtual().name("chores").start(this::run);
  }

  private void run() {
    try {
      while (!closed.await(EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
        chores.forEach(this::runOne);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// One that fails is tried again next time, and does not keep the others from their turn.
  private void runOne(Runnable chore) {
    try {
      chore.run();
    } catch (RuntimeException e) {
      LOG.warn("{} failed, and is tried again", chore.getClass().getSimpleName(), e);
    }
  }

  @Override
  public void close() {
    closed.countDown();
  }
}
