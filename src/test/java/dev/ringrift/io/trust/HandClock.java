package dev.ringrift.io.trust;

import dev.ringrift.agent.port.Clock;
import java.time.Duration;

/// A clock whose wall is set by hand; spans are real.
public final class HandClock implements Clock {
  private long wallMillis;

  public HandClock(long wallMillis) {
    this.wallMillis = wallMillis;
  }

  public synchronized void forward(Duration by) {
    wallMillis = wallMillis + by.toMillis();
  }

  @Override
  public long nanos() {
    return System.nanoTime();
  }

  @Override
  public long bootNanos() {
    return System.nanoTime();
  }

  @Override
  public synchronized long wallMillis() {
    return wallMillis;
  }
}
