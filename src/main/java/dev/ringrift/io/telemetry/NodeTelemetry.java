package dev.ringrift.io.telemetry;

import com.sun.management.OperatingSystemMXBean;
import dev.ringrift.agent.Figures;
import dev.ringrift.agent.Figures.GpuFigures;
import dev.ringrift.agent.port.Telemetry;
import dev.ringrift.core.jobs.Capacity;
import dev.ringrift.core.jobs.Gpu;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Measures this machine: processors and memory as far as its container may use them, the disk
/// of the data folder, and the GPUs on a thread of their own, so that a driver that hangs
/// leaves old GPU figures and not an old node. Answers from memory. Thread-safe.
public final class NodeTelemetry implements Telemetry, AutoCloseable {
  private final TelemetrySettings settings;
  private final GpuSource source;
  private final OperatingSystemMXBean system =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private final CountDownLatch firstGpus = new CountDownLatch(1);
  private final Thread measuring;
  private final Thread asking;

  private volatile GpuSource.Answer gpus;
  private volatile Capacity capacity = Capacity.NONE;
  private volatile Figures figures = Figures.NONE;

  /// Measures at once, all but the GPUs, and then on threads of its own until it is closed.
  public NodeTelemetry(TelemetrySettings settings, GpuSource source) {
    this.settings = settings;
    this.source = source;
    List<Gpu> configured = settings.gpus().orElse(List.of());
    List<GpuFigures> unknown =
        configured.stream().map(gpu -> new GpuFigures(gpu.index(), -1, -1, -1)).toList();
    this.gpus = new GpuSource.Answer(configured, unknown, settings.gpus().isPresent(), "");
    measure();
    this.measuring = Thread.ofVirtual().name("telemetry").start(() -> repeat(this::measure));
    this.asking = Thread.ofVirtual().name("telemetry-gpu").unstarted(() -> repeat(this::askGpus));
    if (settings.gpus().isEmpty()) {
      asking.start();
    } else {
      firstGpus.countDown();
    }
  }

  /// Waits for the first answer about the GPUs, so that a node need not offer itself without
  /// them.
  ///
  /// @return whether it came in time
  public boolean awaitGpus(long millis) throws InterruptedException {
    return firstGpus.await(millis, TimeUnit.MILLISECONDS);
  }

  @Override
  public Capacity capacity() {
    return capacity;
  }

  @Override
  public Figures figures() {
    return figures;
  }

  @Override
  public void close() {
    measuring.interrupt();
    asking.interrupt();
  }

  private void repeat(Round round) {
    try {
      while (true) {
        round.run();
        Thread.sleep(settings.every());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closed
    }
  }

  private void askGpus() throws InterruptedException {
    GpuSource.Answer answer = source.ask();
    if (answer.known()) {
      gpus = answer;
    } else {
      // A driver that does not answer now does not take the machine's GPUs away.
      gpus = new GpuSource.Answer(gpus.gpus(), List.of(), gpus.known(), answer.problem());
    }
    measure();
    firstGpus.countDown();
  }

  private synchronized void measure() {
    GpuSource.Answer now = gpus;
    List<String> problems = new ArrayList<>();
    if (!now.problem().isEmpty()) {
      problems.add(now.problem());
    }
    int diskMib = diskFreeMib(problems);
    long memory = system.getTotalMemorySize();
    double cpus = settings.cpus().orElse(Runtime.getRuntime().availableProcessors());
    int slots = now.gpus().isEmpty() ? (int) Math.max(1, Math.floor(cpus)) : now.gpus().size();
    capacity =
        new Capacity(
            settings.slots().orElse(slots),
            cpus,
            mib(memory),
            diskMib,
            now.gpus(),
            settings.jobRole(),
            settings.labels());
    figures =
        new Figures(
            system.getCpuLoad(),
            mib(memory - system.getFreeMemorySize()),
            diskMib,
            now.figures(),
            String.join("; ", problems));
  }

  private int diskFreeMib(List<String> problems) {
    try {
      return mib(Files.getFileStore(settings.data()).getUsableSpace());
    } catch (IOException e) {
      problems.add("the free space of %s cannot be read: %s".formatted(settings.data(), e));
      return 0;
    }
  }

  private static int mib(long bytes) {
    return (int) Math.min(bytes >> 20, Integer.MAX_VALUE);
  }

  @FunctionalInterface
  private interface Round {
    void run() throws InterruptedException;
  }
}
