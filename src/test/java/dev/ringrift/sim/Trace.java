package dev.ringrift.sim;

import java.util.ArrayList;
import java.util.List;

/// The story of a run: a hash over every event, and the last lines of those worth reading.
///
/// Lines are put together only when they are asked for: a run makes far more than anyone reads.
final class Trace {
  /// How many lines are kept and told; more of them with `-Dsim.lines=N`.
  private static final int LINES_MAX = Integer.getInteger("sim.lines", 60);

  private static final long PRIME = 0x9E3779B97F4A7C15L;

  private final long[] times = new long[LINES_MAX];
  private final String[] formats = new String[LINES_MAX];
  private final Object[][] arguments = new Object[LINES_MAX][];
  private long lines;
  private long hash = 0x243F6A8885A308D3L;

  /// Takes an event into the hash.
  void mix(long nowNanos, String what) {
    hash = (Long.rotateLeft(hash, 7) ^ nowNanos) * PRIME + what.hashCode();
  }

  /// Keeps a line; its arguments must not change afterwards.
  void note(long nowNanos, String format, Object... values) {
    int slot = (int) (lines % LINES_MAX);
    times[slot] = nowNanos;
    formats[slot] = format;
    arguments[slot] = values;
    lines++;
    mix(nowNanos, format);
    for (Object value : values) {
      mix(lines, value instanceof Enum<?> word ? word.name() : value.toString());
    }
  }

  /// The same for two runs of one seed.
  long hash() {
    return hash;
  }

  /// The newest lines, oldest first.
  List<String> last() {
    List<String> result = new ArrayList<>();
    for (long line = Math.max(0, lines - LINES_MAX); line < lines; line++) {
      int slot = (int) (line % LINES_MAX);
      result.add(
          "%12.6f  %s".formatted(times[slot] / 1e9, formats[slot].formatted(arguments[slot])));
    }
    return result;
  }
}
