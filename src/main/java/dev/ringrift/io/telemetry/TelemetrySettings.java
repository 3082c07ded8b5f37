package dev.ringrift.io.telemetry;

import dev.ringrift.core.jobs.Gpu;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/// What a node's configuration says of what it offers; what it leaves open is measured.
///
/// @param data the folder below which jobs write
/// @param slots the most tasks at a time; else one for each GPU, or for each processor where
///     there is no GPU
/// @param gpus instead of asking the driver; for tests, and machines without `nvidia-smi`
/// @param jobRole the role that jobs ask for, or empty
/// @param diskFloorMib free space in MiB where jobs write, below which nothing new is started
/// @param every how often it is measured
public record TelemetrySettings(
    Path data,
    OptionalInt slots,
    OptionalDouble cpus,
    Optional<List<Gpu>> gpus,
    String jobRole,
    Map<String, String> labels,
    int diskFloorMib,
    Duration every) {
  public TelemetrySettings {
    gpus = gpus.map(List::copyOf);
    labels = Map.copyOf(labels);
  }

  /// Everything measured, every 3 s, and work taken until the disk is full.
  public static TelemetrySettings of(Path data) {
    return new TelemetrySettings(
        data,
        OptionalInt.empty(),
        OptionalDouble.empty(),
        Optional.empty(),
        "",
        Map.of(),
        0,
        Duration.ofSeconds(3));
  }

  /// The same with that many slots.
  public TelemetrySettings withSlots(int value) {
    return new TelemetrySettings(
        data, OptionalInt.of(value), cpus, gpus, jobRole, labels, diskFloorMib, every);
  }

  /// The same with another floor.
  public TelemetrySettings withDiskFloorMib(int value) {
    return new TelemetrySettings(data, slots, cpus, gpus, jobRole, labels, value, every);
  }
}
