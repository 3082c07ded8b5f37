package dev.ringrift.core.data;

/// How many connections one source gets: two at first, doubled while the whole fetch becomes more
/// than a tenth faster by it, and halved when it does not. A source that has no room gets half as
/// many too, and then even one: where many ask few, asking on with two costs the last node a
/// twentieth of its time (`SwarmSimulationTest`, half of the nodes without upload).
///
/// Several connections help where one is slow by itself (long ways, userspace networks) and cost
/// the source and everybody else where it is not. Not thread-safe.
final class ConnectionCount {
  static final int MIN = 2;
  static final int MAX = 16;

  private static final double GROWTH = 1.1;
  private static final long WINDOW_NANOS = 1_000_000_000L;
  private static final long REST_NANOS = 15_000_000_000L;

  private final int most;
  private int count;
  private double before;
  private long judgeAt;
  private boolean trying;

  /// @param most never more than these, 1 to 16
  ConnectionCount(int most, long nowNanos) {
    this.most = most;
    count = Math.min(MIN, most);
    judgeAt = nowNanos + WINDOW_NANOS;
  }

  int count() {
    return count;
  }

  /// The source has no room for more.
  void refused(long nowNanos) {
    count = Math.max(1, count / 2);
    trying = false;
    judgeAt = nowNanos + REST_NANOS;
  }

  /// @param bytesPerSecond of the whole fetch
  /// @param used how many of the connections were busy
  void tick(double bytesPerSecond, int used, long nowNanos) {
    if (nowNanos - judgeAt < 0) {
      return;
    }
    judgeAt = nowNanos + WINDOW_NANOS;
    if (trying && bytesPerSecond <= before * GROWTH) {
      count = Math.max(Math.min(MIN, most), count / 2);
      trying = false;
      judgeAt = nowNanos + REST_NANOS;
    } else if (used >= count && count < most) {
      before = bytesPerSecond;
      count = Math.min(most, count * 2);
      trying = true;
    } else {
      trying = false;
    }
  }
}
