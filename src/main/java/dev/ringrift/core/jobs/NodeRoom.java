package dev.ringrift.core.jobs;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/// What is free on one node while tasks are placed: its capacity less what its live attempts hold.
/// Not thread-safe.
public final class NodeRoom {
  private static final double MIB_PER_GB = 1e9 / (1 << 20);

  private final Capacity capacity;
  private final TreeSet<Integer> freeGpus = new TreeSet<>();
  private int freeSlots;
  private double freeCpus;
  private double freeMemoryMib;
  private double freeDiskMib;

  /// A node on which nothing runs.
  public NodeRoom(Capacity capacity) {
    this.capacity = capacity;
    freeSlots = capacity.slots();
    freeCpus = capacity.cpus();
    freeMemoryMib = capacity.memoryMib();
    freeDiskMib = capacity.diskMib();
    capacity.gpus().forEach(gpu -> freeGpus.add(gpu.index()));
  }

  /// Takes the room of one attempt that lives on the node.
  public void take(Resources resources, List<Integer> gpus) {
    freeSlots--;
    freeCpus -= resources.cpus();
    freeMemoryMib -= resources.memoryGb() * MIB_PER_GB;
    freeDiskMib -= resources.diskGb() * MIB_PER_GB;
    gpus.forEach(freeGpus::remove);
  }

  /// Tasks that can still start.
  public int freeSlots() {
    return freeSlots;
  }

  /// The GPUs that nobody holds.
  public int freeGpus() {
    return freeGpus.size();
  }

  /// Whether these very GPUs and the rest are free.
  public boolean has(Resources resources, List<Integer> gpus) {
    return freeGpus.containsAll(gpus)
        && gpus.size() == resources.gpus()
        && gpus.stream().distinct().count() == gpus.size()
        && vramFits(resources, gpus)
        && lacks(resources).isEmpty();
  }

  /// The GPUs to take for `resources`, the smallest that will do first; empty when it does not fit
  /// now.
  public Optional<List<Integer>> fit(Resources resources) {
    if (!lacks(resources).isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(suitable(resources).stream().limit(resources.gpus()).toList());
  }

  /// Why `resources` do not fit now, or empty when they do.
  public Optional<String> lacks(Resources resources) {
    Optional<String> never = misses(capacity, resources);
    if (never.isPresent()) {
      return never;
    }
    if (freeSlots < 1) {
      return Optional.of("all %d slots are taken".formatted(capacity.slots()));
    }
    if (resources.gpus() > 0 && suitable(resources).size() < resources.gpus()) {
      return Optional.of(
          "%d of %d suitable GPUs are free, %d wanted"
              .formatted(
                  suitable(resources).size(),
                  bigEnough(capacity, resources).size(),
                  resources.gpus()));
    }
    if (freeCpus < resources.cpus()) {
      return Optional.of("%.1f cpus are free, %.1f wanted".formatted(freeCpus, resources.cpus()));
    }
    if (freeMemoryMib < resources.memoryGb() * MIB_PER_GB) {
      return Optional.of(
          "%.1f GB of memory are free, %.1f wanted"
              .formatted(freeMemoryMib / MIB_PER_GB, resources.memoryGb()));
    }
    if (freeDiskMib < resources.diskGb() * MIB_PER_GB) {
      return Optional.of(
          "%.1f GB of disk are free, %.1f wanted"
              .formatted(freeDiskMib / MIB_PER_GB, resources.diskGb()));
    }
    return Optional.empty();
  }

  /// Why a node of this capacity can never take `resources`, even when idle; empty when it can.
  public static Optional<String> misses(Capacity capacity, Resources resources) {
    if (capacity.slots() < 1) {
      return Optional.of("it runs no tasks");
    }
    if (!resources.role().isEmpty() && !resources.role().equals(capacity.jobRole())) {
      return Optional.of(
          "its role is '%s', '%s' wanted".formatted(capacity.jobRole(), resources.role()));
    }
    for (Map.Entry<String, String> label : resources.labels().entrySet()) {
      if (!label.getValue().equals(capacity.labels().get(label.getKey()))) {
        return Optional.of("it has no label %s=%s".formatted(label.getKey(), label.getValue()));
      }
    }
    if (capacity.gpus().size() < resources.gpus()) {
      return Optional.of(
          "it has %d GPUs, %d wanted".formatted(capacity.gpus().size(), resources.gpus()));
    }
    int bigEnough = resources.gpus() == 0 ? 0 : bigEnough(capacity, resources).size();
    if (bigEnough < resources.gpus()) {
      return Optional.of(
          "%d of its GPUs have %.0f GB, %d wanted"
              .formatted(bigEnough, resources.vramGb(), resources.gpus()));
    }
    if (capacity.cpus() < resources.cpus()) {
      return Optional.of(
          "it has %.1f cpus, %.1f wanted".formatted(capacity.cpus(), resources.cpus()));
    }
    if (capacity.memoryMib() < resources.memoryGb() * MIB_PER_GB) {
      return Optional.of(
          "it has %.1f GB of memory, %.1f wanted"
              .formatted(capacity.memoryMib() / MIB_PER_GB, resources.memoryGb()));
    }
    if (capacity.diskMib() < resources.diskGb() * MIB_PER_GB) {
      return Optional.of(
          "it has %.1f GB of disk free, %.1f wanted"
              .formatted(capacity.diskMib() / MIB_PER_GB, resources.diskGb()));
    }
    return Optional.empty();
  }

  private List<Integer> suitable(Resources resources) {
    List<Integer> free = new ArrayList<>(bigEnough(capacity, resources));
    free.retainAll(freeGpus);
    return free;
  }

  private boolean vramFits(Resources resources, List<Integer> gpus) {
    return bigEnough(capacity, resources).containsAll(gpus);
  }

  private static List<Integer> bigEnough(Capacity capacity, Resources resources) {
    return capacity.gpus().stream()
        .filter(gpu -> vramGb(gpu) >= resources.vramGb())
        .sorted(Comparator.comparingInt(Gpu::vramMib).thenComparingInt(Gpu::index))
        .map(Gpu::index)
        .toList();
  }

  /// The size on the box: drivers report some MiB less than a card of "24 GB" has.
  private static double vramGb(Gpu gpu) {
    return Math.ceil(gpu.vramMib() / 1024.0);
  }
}
