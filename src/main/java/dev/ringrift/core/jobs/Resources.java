package dev.ringrift.core.jobs;

import java.util.Map;

/// What one task needs of its node.
///
/// @param gpus whole GPUs, each its own while the task runs
/// @param vramGb the least memory of each of them in GB (10^9 bytes, as cards are sold)
/// @param cpus processors; 0 takes a slot and no share of the processors
/// @param memoryGb main memory in GB, 0 for any
/// @param diskGb free space in GB when it is placed, 0 for any
/// @param role a node's job role, or empty for any
/// @param labels each must be there with this value
public record Resources(
    int gpus,
    double vramGb,
    double cpus,
    double memoryGb,
    double diskGb,
    String role,
    Map<String, String> labels) {
  /// One slot and nothing else.
  public static final Resources NONE = new Resources(0, 0, 0, 0, 0, "", Map.of());

  public Resources {
    if (gpus < 0 || !finite(vramGb) || !finite(cpus) || !finite(memoryGb) || !finite(diskGb)) {
      throw new IllegalArgumentException(
          "resources of %d gpus with %s GB, %s cpus, %s GB memory, %s GB disk: use numbers from 0"
              .formatted(gpus, vramGb, cpus, memoryGb, diskGb));
    }
    JobRules.gpus(gpus)
        .ifPresent(
            why -> {
              throw new IllegalArgumentException("resources.gpus " + why);
            });
    labels = Map.copyOf(labels);
  }

  /// Not a number would fit everywhere, and leave room for everything after it.
  private static boolean finite(double amount) {
    return amount >= 0 && Double.isFinite(amount);
  }
}
