package dev.ringrift.agent.port;

/// The clocks of a node. Thread-safe.
public interface Clock {
  /// Nanoseconds of a monotonic clock, for measuring spans; may be negative.
  long nanos();

  /// Nanoseconds since boot, of a clock that also runs while the machine sleeps
  /// (`CLOCK_BOOTTIME`); leases are counted on it.
  long bootNanos();

  /// Milliseconds since 1970 in UTC, for people and records; can jump.
  long wallMillis();
}
