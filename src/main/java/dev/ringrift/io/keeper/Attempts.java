package dev.ringrift.io.keeper;

import dev.ringrift.agent.AttemptReport;
import dev.ringrift.agent.AttemptReport.State;
import dev.ringrift.agent.StartOrder;
import dev.ringrift.agent.port.Clock;
import dev.ringrift.core.jobs.AttemptId;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// The live attempts and their processes: launches them, sees their ends, and ends them at their
/// timeout, at their lease's end, or when told to. What it decides it records; it starts nothing
/// before `spawn`, which is called when the record is on disk.
final class Attempts {
  /// Between SIGTERM and SIGKILL where the order does not say.
  static final long GRACE_NANOS = 10_000_000_000L;

  /// So much of each lease must be left when another keeper takes over: meanwhile nobody ends it.
  private static final long LEASE_LEFT_NANOS_MIN = 5_000_000_000L;

  private final Clock clock;
  private final AttemptFiles files;
  private final KeeperLog log;
  private final Consumer<Entry> record;
  private final Runnable wake;
  private final String boot = ProcId.bootId();
  private final Map<AttemptId, Watch> watches = new LinkedHashMap<>();
  private final Ending ending;

  /// @param record puts an entry in the book and, at the end of the round, on disk
  /// @param wake has `look` called soon; called from other threads
  Attempts(Clock clock, AttemptFiles files, KeeperLog log, Consumer<Entry> record, Runnable wake) {
    this.clock = clock;
    this.files = files;
    this.log = log;
    this.record = record;
    this.wake = wake;
    this.ending = new Ending(clock, files, log, record);
  }

  /// The kernel's boot id.
  String boot() {
    return boot;
  }

  /// A new attempt; launched by `look` when it may be.
  void add(Kept kept) {
    watches.put(kept.id(), new Watch(kept, files.folder(kept.id())));
  }

  /// An attempt of an earlier keeper: still running, ended meanwhile, or never begun.
  void adopt(Kept kept) throws IOException {
    Watch watch = new Watch(kept, files.folder(kept.id()));
    watches.put(kept.id(), watch);
    if (!kept.boot().equals(boot)) {
      ending.end(watch, State.LOST, 0, "the machine was restarted");
    } else if (kept.launches() > 0) {
      Wrapper wrapper = new Wrapper(watch.folder(), kept.launches());
      if (Files.isDirectory(watch.folder()) && wrapper.forestall()) {
        launch(watch, kept.settingUp());
      } else {
        watch.adopt(wrapper);
        log.say("%s: adopted, %s".formatted(kept.id(), watch.alive() ? "it runs" : "it has ended"));
      }
      if (kept.ending() != null) {
        watch.terminate(clock.nanos() + GRACE_NANOS);
      }
    }
  }

  /// Looks at every attempt, and does what it is time for.
  void look() {
    Posix.reapOrphans(pid -> watches.values().stream().anyMatch(watch -> watch.owns(pid)));
    for (Watch watch : new ArrayList<>(watches.values())) {
      if (!watch.kept().live()) {
        continue;
      }
      if (!watch.launched()) {
        begin(watch);
      } else {
        follow(watch);
      }
    }
    watches.values().removeIf(watch -> !watch.kept().live());
  }

  /// Starts what `look` has launched.
  void spawn() {
    for (Watch watch : watches.values()) {
      if (watch.kept().live() && watch.spawnWanted()) {
        spawn(watch);
      }
    }
  }

  /// Ends an attempt because somebody wants it.
  void stop(AttemptId id, String reason, long graceMillis) {
    Watch watch = watches.get(id);
    if (watch != null && watch.kept().live()) {
      ending.begin(watch, State.CANCELLED, reason, graceMillis * 1_000_000);
    }
  }

  void endAll(String reason, long graceMillis) {
    List.copyOf(watches.keySet()).forEach(id -> stop(id, reason, graceMillis));
  }

  /// Whether another keeper may take over now: nothing is about to be started, and no lease ends
  /// soon, or is being enforced.
  boolean canBeLeft() {
    return watches.values().stream().noneMatch(this::holds);
  }

  private boolean holds(Watch watch) {
    Kept kept = watch.kept();
    boolean lease = kept.live() && watch.launched() && kept.order().exclusive();
    return watch.spawnWanted()
        || (lease && kept.leaseUntilNanos() - clock.bootNanos() < LEASE_LEFT_NANOS_MIN);
  }

  /// What is said of an attempt, if anything is known.
  Stream<AttemptReport> report(Book book, AttemptId id) {
    Kept kept = book.find(id);
    return kept == null ? Stream.empty() : Stream.of(kept.report());
  }

  /// Whether something is awaited that wakes nobody.
  boolean needPolling() {
    return watches.values().stream().anyMatch(Watch::needsPolling);
  }

  /// Until the next thing to do by the clock.
  long nextDeadlineNanos() {
    return watches.values().stream()
        .filter(Watch::launched)
        .mapToLong(ending::dueInNanos)
        .min()
        .orElse(Long.MAX_VALUE);
  }

  private void begin(Watch watch) {
    Kept kept = watch.kept();
    StartOrder order = kept.order();
    if (order.exclusive() && kept.leaseUntilNanos() == 0) {
      return; // without its lease it must not run
    }
    if (order.exclusive() && kept.leaseUntilNanos() <= clock.bootNanos()) {
      ending.end(watch, State.LOST, 0, Ending.LEASE_OVER);
      return;
    }
    var unfit = files.nodeProblem(order);
    if (unfit.isPresent()) {
      ending.end(watch, State.LOST, 0, "it was not started: " + unfit.get());
      return;
    }
    boolean setup = !order.setup().isEmpty();
    var problem = files.make(order, setup);
    if (problem.isPresent()) {
      ending.end(watch, State.FAILED, 0, problem.get());
    } else {
      launch(watch, setup);
    }
  }

  private void launch(Watch watch, boolean setup) {
    int number = watch.kept().launches() + 1;
    record.accept(
        new Entry.Launched(
            watch.kept().id(), number, setup, clock.bootNanos(), clock.wallMillis()));
    watch.prepare(new Wrapper(watch.folder(), number));
  }

  private void spawn(Watch watch) {
    StartOrder order = watch.kept().order();
    List<String> command = AttemptFiles.command(order, watch.kept().settingUp());
    try {
      Process process = watch.spawn(command, files.environment(order), files.workdir(order));
      var _ = process.onExit().thenRun(wake);
      log.say("%s: started as %d: %s".formatted(watch.id(), process.pid(), order.name()));
    } catch (IOException e) {
      ending.end(
          watch,
          State.FAILED,
          0,
          "cannot start %s: %s".formatted(command.getFirst(), e.getMessage()));
    }
  }

  private void follow(Watch watch) {
    if (watch.alive()) {
      ending.check(watch);
      return;
    }
    var code = watch.exitCode();
    boolean next = watch.kept().settingUp() && watch.kept().ending() == null;
    if (!next || code.isEmpty() || code.getAsInt() != 0) {
      ending.finish(watch, code);
      return;
    }
    StartOrder order = watch.kept().order();
    var problem = Preflight.program(order, files.environment(order), files.workdir(order));
    if (problem.isPresent()) {
      ending.end(watch, State.FAILED, 0, problem.get());
    } else {
      launch(watch, false);
    }
  }
}
