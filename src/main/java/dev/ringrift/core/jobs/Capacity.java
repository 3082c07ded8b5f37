package dev.ringrift.core.jobs;

import java.util.List;
import java.util.Map;

/// What a node offers to tasks when it is idle.
///
/// @param slots the most tasks at a time, 0 for a node that runs none
/// @param cpus processors
/// @param memoryMib main memory in MiB
/// @param diskMib free space in MiB for jobs' files
/// @param gpus in the order of their index
/// @param jobRole the role that jobs ask for by `resources.role`, or empty
/// @param labels free words that jobs ask for by `resources.labels`
public record Capacity(
    int slots,
    double cpus,
    int memoryMib,
    int diskMib,
    List<Gpu> gpus,
    String jobRole,
    Map<String, String> labels) {
  /// A node that runs no tasks.
  public static final Capacity NONE = new Capacity(0, 0, 0, 0, List.of(), "", Map.of());

  public Capacity {
    boolean countable = cpus >= 0 && Double.isFinite(cpus);
    if (slots < 0 || !countable || memoryMib < 0 || diskMib < 0) {
      throw new IllegalArgumentException(
          "capacity of %d slots, %s cpus, %d MiB memory, %d MiB disk: use numbers from 0"
              .formatted(slots, cpus, memoryMib, diskMib));
    }
    gpus = List.copyOf(gpus);
    if (gpus.stream().map(Gpu::index).distinct().count() < gpus.size()) {
      throw new IllegalArgumentException("two gpus with one index: " + gpus);
    }
    labels = Map.copyOf(labels);
  }

  public Capacity withDiskMib(int value) {
    return new Capacity(slots, cpus, memoryMib, value, gpus, jobRole, labels);
  }
}
