package dev.ringrift.io.data.swarm;

/// How long to let the bytes of one connection gather before they are read. To read, hash and write
/// costs nearly as much for one packet as for fifty, and a node has many connections that are slow,
/// each for itself.
///
/// What gathers stays little beside what the kernel has room for: a sender that finds no room
/// waits, and its link idles. Not thread-safe.
final class Gathering {
  /// What a reading should bring, where there is room for much more.
  static final int BYTES_WANTED = 64 << 10;

  /// Short beside the time that a piece takes on such a connection.
  static final long PAUSE_NANOS_MAX = 20_000_000L;

  static final long PAUSE_NANOS_MIN = 1_000_000L;

  private static final int PARTS_OF_ROOM = 3;

  private final int wanted;
  private long pause;

  /// @param roomBytes that the kernel keeps until they are read; 0 where a reading does not bring
  ///     all that is there, so that nothing follows from how much it brings
  Gathering(int roomBytes) {
    wanted = Math.min(BYTES_WANTED, roomBytes / PARTS_OF_ROOM);
  }

  /// The pause before the next reading.
  ///
  /// @param count bytes that the last one brought
  /// @param left bytes that are still wanted; the last ones are not waited for
  long pauseNanos(int count, int left) {
    if (count >= wanted) {
      pause /= count >= 2 * wanted ? 4 : 2;
      pause = pause < PAUSE_NANOS_MIN ? 0 : pause;
    } else if (count < wanted / 2) {
      pause = Math.clamp(2 * pause, PAUSE_NANOS_MIN, PAUSE_NANOS_MAX);
    }
    return left <= 2 * count ? 0 : pause;
  }
}
