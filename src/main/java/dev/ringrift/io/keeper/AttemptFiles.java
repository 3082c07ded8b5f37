package dev.ringrift.io.keeper;

import dev.ringrift.agent.AttemptReport;
import dev.ringrift.agent.StartOrder;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.jobs.AttemptId;
import dev.ringrift.io.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The files of attempts, each in a folder of its own: `order.json`, `stdout`, `stderr`, what
/// the `Wrapper` writes, `work` (its working folder, unless the order names one) and, at the
/// end, `ended.json`.
final class AttemptFiles {
  private final KeeperHome home;
  private final NodeId node;
  private final int diskFloorMib;

  AttemptFiles(KeeperHome home, NodeId node, int diskFloorMib) {
    this.home = home;
    this.node = node;
    this.diskFloorMib = diskFloorMib;
  }

  Path folder(AttemptId id) {
    return home.attempt(id);
  }

  Path workdir(StartOrder order) {
    return order.workdir().isEmpty()
        ? folder(order.attempt()).resolve("work")
        : Path.of(order.workdir());
  }

  Map<String, String> environment(StartOrder order) {
    return Surroundings.of(order, node, folder(order.attempt()), workdir(order), System.getenv());
  }

  /// The words of the next process.
  static List<String> command(StartOrder order, boolean setup) {
    return setup ? List.of("/bin/sh", "-c", order.setup(), "setup") : order.run();
  }

  /// What keeps this node from starting an attempt, by no fault of the job: it may start elsewhere.
  Optional<String> nodeProblem(StartOrder order) {
    Path folder = folder(order.attempt());
    if (Files.exists(folder.resolve("claim.1"))) {
      return Optional.of("it has run on this node before: %s is there".formatted(folder));
    }
    return Preflight.disk(order.diskMib(), diskFloorMib, home.data());
  }

  /// Makes the folder of an attempt.
  ///
  /// @return why it cannot be started, or empty
  Optional<String> make(StartOrder order, boolean setup) {
    Path folder = folder(order.attempt());
    try {
      Files.createDirectories(folder);
      if (order.workdir().isEmpty()) {
        Files.createDirectories(folder.resolve("work"));
      }
      Files.writeString(folder.resolve("order.json"), Json.pretty(order) + "\n");
    } catch (IOException e) {
      return Optional.of("its folder %s cannot be made: %s".formatted(folder, e));
    }
    Map<String, String> environment = environment(order);
    Path workdir = workdir(order);
    Optional<String> missing = InputFiles.place(order, workdir);
    if (missing.isPresent()) {
      return missing;
    }
    return setup
        ? Preflight.place(order, environment, workdir, diskFloorMib)
        : Preflight.problem(order, environment, workdir, diskFloorMib);
  }

  /// Says in its folder that it has ended, for those who read its output.
  void ended(AttemptReport report) throws IOException {
    Path folder = folder(report.attempt());
    if (Files.isDirectory(folder)) {
      Path fresh = folder.resolve("ended.json.new");
      Files.writeString(fresh, Json.text(report) + "\n");
      Files.move(fresh, folder.resolve("ended.json"), StandardCopyOption.ATOMIC_MOVE);
    }
  }

  /// What the shell said when it could not start the program.
  Optional<String> startFailure(AttemptId id) {
    try (var in = Files.newInputStream(folder(id).resolve("stderr"))) {
      String head = new String(in.readNBytes(512), StandardCharsets.UTF_8);
      return head.startsWith("ringrift: ")
          ? Optional.of(head.substring("ringrift: ".length()).lines().findFirst().orElse(""))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
