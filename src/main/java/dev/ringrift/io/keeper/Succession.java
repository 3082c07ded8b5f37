package dev.ringrift.io.keeper;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/// How a keeper takes over from one of another build, that the agent of before an upgrade left.
/// The new one is running already when it asks, and waits for the lock of the data folder; so there
/// is one keeper at any time, and none only for the moment between two holders of the lock. What
/// runs is adopted from the journal, as after a crash.
final class Succession {
  /// How long the other may take to leave; the agent tries again later.
  private static final Duration HAND_OVER_MAX = Duration.ofSeconds(50);

  /// How long the lock may still be held when the other no longer answers.
  private static final Duration LEAVE_MAX = Duration.ofSeconds(5);

  private static final long LOOK_MILLIS = 10;

  private Succession() {}

  /// The lock of the data folder, or null when a keeper that need not leave has it.
  static @Nullable FileLock lock(KeeperHome home, String build, FileChannel lockFile, KeeperLog log)
      throws IOException, InterruptedException {
    FileLock free = lockFile.tryLock();
    if (free != null || build.isEmpty()) {
      return free;
    }
    Optional<KeeperLine> line = KeeperLine.open(home.socket());
    if (line.isEmpty()) {
      return null; // it begins or ends
    }
    CountDownLatch ended = new CountDownLatch(1);
    Thread.ofPlatform().daemon().name("predecessor").start(() -> ask(line.get(), build, ended));
    long end = System.nanoTime() + HAND_OVER_MAX.toNanos();
    boolean heard = true;
    while (System.nanoTime() - end < 0) {
      FileLock lock = lockFile.tryLock();
      if (lock != null) {
        log.say("takes over");
        return lock;
      }
      if (heard && ended.getCount() == 0) {
        heard = false;
        end = System.nanoTime() + LEAVE_MAX.toNanos();
      }
      Thread.sleep(LOOK_MILLIS);
    }
    line.get().close();
    return null;
  }

  private static void ask(KeeperLine line, String build, CountDownLatch ended) {
    Outbox outbox = new Outbox();
    try {
      line.run(
          outbox,
          answer -> {
            if (build.equals(answer.build())) {
              line.close();
            } else if (answer.whole()) {
              outbox.add(new Request.HandOver(build));
            }
          });
    } catch (IOException | IllegalArgumentException e) {
      return; // it has left, or cannot be asked: the lock says which
    } finally {
      ended.countDown();
    }
  }
}
