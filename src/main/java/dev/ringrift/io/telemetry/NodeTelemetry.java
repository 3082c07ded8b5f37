package dev.ringrift.io.telemetry;

import com.sun.management.OperatingSystemMXBean;
import dev.ringrift.agent.Figures;
import dev.ringrift.agent.Figures.GpuFigures;
import dev.ringrift.agent.port.Telemetry;
import dev.ringrift.core.UserError;
import dev.ringrift.core.jobs.Capacity;
import dev.ringrift.core.jobs.Gpu;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Measures this machine: processors and memory as far as its container may use them, the disk
/// of the data folder, and the GPUs on a thread of their own, so that a driver that hangs
/// leaves old GPU figures and not an old node. Answers from memory. Thread-safe.
///
/// A machine offers nothing until it is known which GPUs it has: it has as many processors as it
/// can run tasks only where it has none. Where the driver never says, the configuration can.
public final class NodeTelemetry implements Telemetry, AutoCloseable {
  private static final String WAITS = "its GPUs are not known yet: ";

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
  private volatile Optional<String> trouble = Optional.empty();

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

  /// Why this node takes no new tasks, where a person can mend that.
  public Optional<UserError> trouble() {
    return trouble.map(
        why ->
            new UserError(
                "this node takes no new tasks",
                why,
                "make room on its disk, or see to its driver; 'slots' and 'gpus' in agent.yaml say"
                    + " what it offers where the driver cannot"));
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
    Optional<String> full = full(diskMib);
    full.ifPresent(problems::add);
    boolean unknown = settings.slots().isEmpty() && !now.known();
    long memory = system.getTotalMemorySize();
    double cpus = settings.cpus().orElse(Runtime.getRuntime().availableProcessors());
    capacity =
        new Capacity(
            settings.slots().orElse(unknown ? 0 : slots(now, cpus)),
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
            String.join("; ", problems),
            full.orElse(unknown ? WAITS + now.problem() : ""));
    trouble = full.or(() -> Optional.of(now.problem()).filter(p -> unknown && !p.isEmpty()));
  }

  private static int slots(GpuSource.Answer gpus, double cpus) {
    return gpus.gpus().isEmpty() ? (int) Math.max(1, Math.floor(cpus)) : gpus.gpus().size();
  }

  private Optional<String> full(int diskMib) {
    return diskMib >= settings.diskFloorMib()
        ? Optional.empty()
        : Optional.of(
            "the disk is full: %d MiB are free at %s, below %d MiB nothing is started"
                .formatted(diskMib, settings.data(), settings.diskFloorMib()));
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
