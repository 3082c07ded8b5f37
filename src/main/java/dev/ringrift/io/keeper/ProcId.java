package dev.ringrift.io.keeper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// One process for good: its number may be given to another later, the pair may not (proc(5),
/// fields 1 and 22 of `/proc/PID/stat`).
///
/// @param pid its number
/// @param startTicks when it was started, in clock ticks since boot
record ProcId(long pid, long startTicks) {
  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

  /// Whether it runs; a zombie does not.
  boolean alive() {
    return stat(pid).filter(s -> s.startTicks == startTicks && s.running()).isPresent();
  }

  /// What the kernel says of a process, if there is one.
  static Optional<Stat> stat(long pid) {
    try {
      return parse(Files.readString(Path.of("/proc/" + pid + "/stat")));
    } catch (IOException e) {
      return Optional.empty(); // it has ended
    }
  }

  /// Reads a line of `/proc/PID/stat`; empty when it is not a whole one.
  static Optional<Stat> parse(String line) {
    int name = line.lastIndexOf(')'); // a name may hold blanks and brackets
    int open = line.indexOf(" (");
    if (open < 1 || name < open) {
      return Optional.empty();
    }
    String[] fields = line.substring(name + 1).trim().split(" ", -1);
    if (fields.length < 20) {
      return Optional.empty();
    }
    return Optional.of(
        new Stat(
            Long.parseLong(line.substring(0, open)),
            fields[0].charAt(0),
            Long.parseLong(fields[2]),
            Long.parseLong(fields[3]),
            Long.parseLong(fields[19])));
  }

  /// The name of this run of the kernel.
  static String bootId() {
    try {
      return Files.readString(BOOT_ID).trim();
    } catch (IOException e) {
      throw new IllegalStateException("no boot id: " + BOOT_ID + " cannot be read", e);
    }
  }

  /// Some fields of `/proc/PID/stat`.
  record Stat(long pid, char state, long group, long session, long startTicks) {
    boolean running() {
      return state != 'Z' && state != 'X' && state != 'x';
    }

    ProcId id() {
      return new ProcId(pid, startTicks);
    }
  }
}
