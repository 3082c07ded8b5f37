package dev.ringrift.io.ledger;

import dev.ringrift.agent.port.Clock;

/// The machine's clock.
final class SystemClock implements Clock {
  @Override
  public long nanos() {
    return System.nanoTime();
  }

  @Override
  public long bootNanos() {
    return System.nanoTime();
  }

  @Override
  public long wallMillis() {
    return System.currentTimeMillis();
  }
}
