package dev.ringrift.io.data.aria2;

import dev.ringrift.core.UserError;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Whether somebody ended a fetch. Thread-safe.
final class Cancel {
  private final CountDownLatch latch = new CountDownLatch(1);

  void now() {
    latch.countDown();
  }

  boolean wanted() {
    return latch.getCount() == 0;
  }

  /// Waits that long, or until it is cancelled.
  ///
  /// @throws UserError when it is
  void pause(Duration duration) throws InterruptedException {
    if (latch.await(duration.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new UserError("the fetch was cancelled", "", "what was verified is gone on from");
    }
  }
}
