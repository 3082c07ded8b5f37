package dev.ringrift.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/// How long something took, and how much of a processor it used.
record Timed(double seconds, double cpuSeconds) {
  private static final double TICKS_PER_SECOND = 100; // of /proc, on every Linux
  private static final int USER_TICKS = 11; // counted from the field behind the name
  private static final int SYSTEM_TICKS = 12;

  /// Runs a script of bash to its end, with all programs that it waits for.
  ///
  /// @param within the words that run a program on its host
  static Timed script(List<String> within, String script) throws Exception {
    List<String> words = new ArrayList<>(within);
    String timed = "set -e; TIMEFORMAT='%R %U %S'; time { " + script + "\n}";
    words.addAll(List.of("bash", "-c", timed));
    Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
    if (process.waitFor() != 0) {
      throw new IOException(script + ": " + said);
    }
    String[] times = said.substring(said.lastIndexOf('\n') + 1).split(" ", -1);
    return new Timed(
        Double.parseDouble(times[0]), Double.parseDouble(times[1]) + Double.parseDouble(times[2]));
  }

  /// What processes have used of a processor since they began, with their children.
  static double cpuSeconds(ProcessHandle process) throws IOException {
    double seconds = 0;
    for (ProcessHandle each : Stream.concat(Stream.of(process), process.descendants()).toList()) {
      String stat = Files.readString(Path.of("/proc", "" + each.pid(), "stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      seconds +=
          (Long.parseLong(fields[USER_TICKS]) + Long.parseLong(fields[SYSTEM_TICKS]))
              / TICKS_PER_SECOND;
    }
    return seconds;
  }

  /// The one in the middle.
  static double median(double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  static double medianSeconds(List<Timed> all) {
    return median(all.stream().mapToDouble(Timed::seconds).toArray());
  }

  static double medianCpuSeconds(List<Timed> all) {
    return median(all.stream().mapToDouble(Timed::cpuSeconds).toArray());
  }

  /// What all processors of this machine have done so far.
  ///
  /// @param allTicks since it was started
  record Machine(long busyTicks, long allTicks) {
    private static final int IDLE = 3;
    private static final int WAITING = 4;
    private static final int STOLEN = 7;

    static Machine now() throws IOException {
      String[] fields = Files.readAllLines(Path.of("/proc/stat")).getFirst().split(" +", -1);
      long all = 0;
      long idle = 0;
      for (int i = 0; i <= STOLEN; i++) {
        long ticks = Long.parseLong(fields[i + 1]);
        all += ticks;
        idle += i == IDLE || i == WAITING ? ticks : 0;
      }
      return new Machine(all - idle, all);
    }

    /// The share of the time since then in which they were busy.
    double busySince() throws IOException {
      Machine now = now();
      return (double) (now.busyTicks - busyTicks) / Math.max(1, now.allTicks - allTicks);
    }
  }
}
