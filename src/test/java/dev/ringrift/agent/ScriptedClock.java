package dev.ringrift.agent;

import dev.ringrift.agent.port.Clock;
import java.time.Duration;

/// Clocks that stand still until told. The boot clock is far from the monotonic one, so that mixing
/// them up shows.
final class ScriptedClock implements Clock {
  private static final long BOOT_AHEAD_NANOS = Duration.ofDays(3).toNanos();

  private long nanos = -Duration.ofSeconds(2).toNanos();

  void pass(Duration span) {
    nanos += span.toNanos();
  }

  @Override
  public long nanos() {
    return nanos;
  }

  @Override
  public long bootNanos() {
    return nanos + BOOT_AHEAD_NANOS;
  }

  @Override
  public long wallMillis() {
    return 1_800_000_000_000L + nanos / 1_000_000;
  }
}
