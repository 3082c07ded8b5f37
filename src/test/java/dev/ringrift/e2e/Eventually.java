package dev.ringrift.e2e;

import java.time.Duration;
import java.util.concurrent.Callable;

/// Waits for what other processes do: asks again until the answer is right or the time is over.
final class Eventually {
  private static final long EVERY_MILLIS = 50;

  private Eventually() {}

  /// What must come to hold, and throws until then.
  interface Check {
    void run() throws Exception;
  }

  /// Runs a check until it passes; what it threw last is thrown when it never does.
  static void holds(Duration max, Check check) throws Exception {
    get(
        max,
        () -> {
          check.run();
          return true;
        });
  }

  /// Runs what a `close` has to do: it may throw nothing that must be declared.
  static void closing(Check work) {
    try {
      work.run();
    } catch (RuntimeException e) {
      throw e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while closing", e);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /// Asks until there is an answer; what was thrown last is thrown when there never is one.
  static <T> T get(Duration max, Callable<T> question) throws Exception {
    long end = System.nanoTime() + max.toNanos();
    while (true) {
      try {
        return question.call();
      } catch (Exception | AssertionError e) {
        if (System.nanoTime() - end > 0) {
          throw e;
        }
      }
      Thread.sleep(EVERY_MILLIS);
    }
  }
}
