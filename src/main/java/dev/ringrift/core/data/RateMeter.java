package dev.ringrift.core.data;

/// How fast bytes came lately: a mean in which what was a second ago counts a third of what is now.
/// Not thread-safe.
final class RateMeter {
  private static final double MEMORY_SECONDS = 1;

  private double rate;
  private long lastNanos;
  private double knownSeconds;

  RateMeter(long nowNanos) {
    lastNanos = nowNanos;
  }

  /// Time from which nothing was to be expected is not counted.
  void restart(long nowNanos) {
    lastNanos = nowNanos;
  }

  void add(long bytes, long nowNanos) {
    double seconds = (nowNanos - lastNanos) / 1e9;
    if (seconds <= 0) {
      return;
    }
    lastNanos = nowNanos;
    knownSeconds += seconds;
    // A mean of all there was until there is a second of it: the first moments must not weigh more.
    double memory = Math.min(knownSeconds, MEMORY_SECONDS);
    double weight = Math.min(1, seconds / memory);
    rate += weight * (bytes / seconds - rate);
  }

  /// How long it has measured.
  double knownSeconds() {
    return knownSeconds;
  }

  /// Bytes per second; 0 before anything was measured.
  double bytesPerSecond() {
    return rate;
  }
}
