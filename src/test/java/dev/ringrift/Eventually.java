package dev.ringrift;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;

/// Waits for what other processes and threads do, where nothing tells when it is done: asks again
/// until the answer is right or the time is over.
public final class Eventually {
  private static final long EVERY_MILLIS = 50;

  private Eventually() {}

  /// What must come to hold, and throws until then.
  public interface Check {
    void run() throws Exception;
  }

  /// Runs a check until it passes; what it threw last is thrown when it never does.
  public static void holds(Duration max, Check check) throws Exception {
    get(
        max,
        () -> {
          check.run();
          return true;
        });
  }

  /// Waits until something is so; says that it is not within that time when it never is.
  public static void isTrue(Duration max, BooleanSupplier condition) throws Exception {
    holds(
        max,
        () -> {
          if (!condition.getAsBoolean()) {
            throw new AssertionError("not within " + max);
          }
        });
  }

  /// Runs what a `close` has to do: it may throw nothing that must be declared.
  public static void closing(Check work) {
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
  public static <T> T get(Duration max, Callable<T> question) throws Exception {
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
