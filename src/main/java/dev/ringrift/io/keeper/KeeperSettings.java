package dev.ringrift.io.keeper;

import java.time.Duration;
import java.util.List;

/// What can be set of a keeper.
///
/// @param outputBytesMax of one stream of one attempt on disk
/// @param diskFloorMib free space in MiB below which nothing is started
/// @param idleExit how long it stays with no agent and nothing running
/// @param forgottenGrace how long the output of a forgotten attempt waits to be shipped
/// @param build which build of the program the keeper is to be of; empty where any will do
public record KeeperSettings(
    long outputBytesMax,
    int diskFloorMib,
    Duration idleExit,
    Duration forgottenGrace,
    String build) {
  public static final KeeperSettings DEFAULT =
      new KeeperSettings(
          64L << 20, Preflight.DISK_FLOOR_MIB, Duration.ofSeconds(20), Duration.ofMinutes(10), "");

  private static final String PREFIX = "ringrift.keeper.";

  /// The same for a keeper of that build.
  public KeeperSettings withBuild(String wanted) {
    return new KeeperSettings(outputBytesMax, diskFloorMib, idleExit, forgottenGrace, wanted);
  }

  /// The same with another floor of free space.
  KeeperSettings withDiskFloorMib(int wanted) {
    return new KeeperSettings(outputBytesMax, wanted, idleExit, forgottenGrace, build);
  }

  /// As options of the Java command line.
  List<String> options() {
    return List.of(
        "-D%sbuild=%s".formatted(PREFIX, build),
        option("output_bytes_max", outputBytesMax),
        option("disk_floor_mib", diskFloorMib),
        option("idle_exit_ms", idleExit.toMillis()),
        option("forgotten_grace_ms", forgottenGrace.toMillis()));
  }

  /// Reads what `options` wrote.
  static KeeperSettings fromProperties() {
    return new KeeperSettings(
        Long.getLong(PREFIX + "output_bytes_max", DEFAULT.outputBytesMax),
        Integer.getInteger(PREFIX + "disk_floor_mib", DEFAULT.diskFloorMib),
        Duration.ofMillis(Long.getLong(PREFIX + "idle_exit_ms", DEFAULT.idleExit.toMillis())),
        Duration.ofMillis(
            Long.getLong(PREFIX + "forgotten_grace_ms", DEFAULT.forgottenGrace.toMillis())),
        System.getProperty(PREFIX + "build", DEFAULT.build));
  }

  private static String option(String name, long value) {
    return "-D%s%s=%d".formatted(PREFIX, name, value);
  }
}
