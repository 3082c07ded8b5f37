package dev.ringrift.io.data.swarm;

/// How long to let the bytes of one connection gather before they are read. To read, hash and write
/// costs nearly as much for one packet as for fifty, and a node has many connections that are slow,
/// each for itself. Not thread-safe.
final class Gathering {
  /// What a reading should bring.
  static final int BYTES_WANTED = 64 << 10;

  /// Short beside the time that a piece takes on such a connection.
  static final long PAUSE_NANOS_MAX = 20_000_000L;

  static final long PAUSE_NANOS_MIN = 1_000_000L;

  private long pause;

  /// The pause before the next reading.
  ///
  /// @param count bytes that the last one brought
  /// @param left bytes that are still wanted; the last ones are not waited for
  long pauseNanos(int count, int left) {
    if (count >= BYTES_WANTED) {
      pause = pause > PAUSE_NANOS_MIN ? pause / 2 : 0;
    } else if (count < BYTES_WANTED / 2) {
      pause = Math.clamp(2 * pause, PAUSE_NANOS_MIN, PAUSE_NANOS_MAX);
    }
    return left <= 2 * count ? 0 : pause;
  }
}
