package dev.ringrift.io.keeper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.Eventually;
import dev.ringrift.agent.AttemptReport;
import dev.ringrift.agent.StartOrder;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.jobs.AttemptId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/// A real keeper process for tests, and what it reports.
final class KeeperRig {
  static final KeeperSettings SETTINGS =
      new KeeperSettings(3 << 20, 64, Duration.ofSeconds(5), Duration.ofMillis(200), "");

  private static final Duration DEADLINE = Duration.ofSeconds(30);

  final Path data;
  private final KeeperSettings settings;
  private final Object monitor = new Object();
  private final Map<AttemptId, AttemptReport> reports = new HashMap<>();
  private int wholes;
  private String build;
  private KeeperClient client;

  KeeperRig(Path data) {
    this(data, "");
  }

  KeeperRig(Path data, String build) {
    this(data, SETTINGS.withBuild(build));
  }

  KeeperRig(Path data, KeeperSettings settings) {
    this.data = data;
    this.settings = settings;
    this.build = settings.build();
    this.client = connect();
  }

  KeeperClient client() {
    return client;
  }

  /// As if the agent were killed: no word to the keeper.
  void dropAgent() {
    client.close();
    synchronized (monitor) {
      reports.clear();
      wholes = 0;
    }
  }

  void newAgent() {
    client = connect();
  }

  /// The agent after an upgrade, or before.
  void newAgent(String build) {
    this.build = build;
    newAgent();
  }

  private KeeperClient connect() {
    return new KeeperClient(
        data,
        new NodeId("w1"),
        settings.withBuild(build),
        (batch, whole) -> {
          synchronized (monitor) {
            batch.forEach(report -> reports.put(report.attempt(), report));
            wholes += whole ? 1 : 0;
            monitor.notifyAll();
          }
        });
  }

  static AttemptId id(int number) {
    return AttemptId.of(number, 0, 1);
  }

  /// An order for a script.
  static StartOrder script(int number, String script) {
    return order(number, "", "", 0, Duration.ZERO, Duration.ZERO, List.of("sh", "-c", script));
  }

  static StartOrder order(
      int number,
      String setup,
      String workdir,
      int diskMib,
      Duration timeout,
      Duration lease,
      List<String> run) {
    return new StartOrder(
        id(number),
        "job",
        run,
        setup,
        Map.of("GREETING", "hello"),
        workdir,
        List.of(1, 3),
        5,
        diskMib,
        timeout,
        lease,
        List.of(),
        "");
  }

  AttemptReport awaitEnd(int number) throws InterruptedException {
    return await(number, report -> report.state().ended());
  }

  AttemptReport awaitRunning(int number) throws InterruptedException {
    return await(number, report -> report.state() == AttemptReport.State.RUNNING);
  }

  AttemptReport await(int number, Predicate<AttemptReport> wanted) throws InterruptedException {
    await(() -> reports.containsKey(id(number)) && wanted.test(reports.get(id(number))));
    synchronized (monitor) {
      return reports.get(id(number));
    }
  }

  void awaitWhole() throws InterruptedException {
    await(() -> wholes > 0);
  }

  private void await(BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + DEADLINE.toNanos();
    synchronized (monitor) {
      while (!condition.getAsBoolean()) {
        long left = (end - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
          throw new AssertionError(
              "nothing came within %s; known: %s; problem: %s; keeper's log:%n%s"
                  .formatted(DEADLINE, reports, client.problem(), log()));
        }
        monitor.wait(left);
      }
    }
  }

  /// Waits for something outside the reports.
  void until(BooleanSupplier condition) throws Exception {
    Eventually.holds(
        DEADLINE,
        () ->
            assertThat(condition.getAsBoolean())
                .as(() -> "within %s; keeper's log:%n%s".formatted(DEADLINE, log()))
                .isTrue());
  }

  String log() {
    try {
      return Files.readString(data.resolve("run/keeper.log"));
    } catch (IOException e) {
      return e.toString();
    }
  }

  String stdout(int number) throws IOException {
    return Files.readString(folder(number).resolve("stdout"));
  }

  Path folder(int number) {
    return data.resolve("attempts").resolve(id(number).toString());
  }

  /// The keeper's process, once there is one.
  long keeper() throws InterruptedException {
    await(() -> client.keeperPid() != 0);
    return client.keeperPid();
  }

  void killKeeper() throws Exception {
    ProcessHandle keeper = ProcessHandle.of(keeper()).orElseThrow();
    keeper.destroyForcibly();
    until(() -> !keeper.isAlive());
    synchronized (monitor) {
      wholes = 0;
    }
  }

  void close() throws Exception {
    long pid = client.keeperPid();
    client.endAll("the test is over", Duration.ZERO);
    if (pid != 0) {
      until(() -> ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty());
    }
    client.close();
  }
}
