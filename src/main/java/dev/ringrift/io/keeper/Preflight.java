package dev.ringrift.io.keeper;

import dev.ringrift.agent.StartOrder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Finds out before a start why an attempt cannot be started, so that the reason is said in
/// words and not as exit code 127.
final class Preflight {
  /// Free space below which nothing is started in MiB.
  static final int DISK_FLOOR_MIB = 256;

  private static final String DEFAULT_PATH = "/usr/local/bin:/usr/bin:/bin";

  private Preflight() {}

  /// The reason, or empty when it can be started.
  ///
  /// @param workdir where it will run
  static Optional<String> problem(
      StartOrder order, Map<String, String> environment, Path workdir, int floorMib) {
    return place(order, environment, workdir, floorMib)
        .or(() -> program(order, environment, workdir));
  }

  /// The same without the program, which a setup script may have yet to put there.
  static Optional<String> place(
      StartOrder order, Map<String, String> environment, Path workdir, int floorMib) {
    return folder(order, workdir)
        .or(() -> disk(order.diskMib(), floorMib, workdir))
        .or(() -> environment(environment));
  }

  /// What is wrong with the program.
  static Optional<String> program(StartOrder order, Map<String, String> environment, Path workdir) {
    String program = order.run().getFirst();
    if (program.indexOf('/') >= 0) {
      return unusable(program, workdir.resolve(program));
    }
    List<String> refused = new ArrayList<>();
    for (String folder : environment.getOrDefault("PATH", DEFAULT_PATH).split(":", -1)) {
      Path file = workdir.resolve(folder).resolve(program);
      if (Files.isRegularFile(file)) {
        if (Files.isExecutable(file)) {
          return unusable(program, file);
        }
        refused.add(file.toString());
      }
    }
    return Optional.of(
        refused.isEmpty()
            ? "cannot start %s: no such program in PATH".formatted(program)
            : "cannot start %s: %s is not executable".formatted(program, refused.getFirst()));
  }

  private static Optional<String> folder(StartOrder order, Path workdir) {
    if (order.workdir().isEmpty()) {
      return Optional.empty();
    }
    if (!workdir.isAbsolute()) {
      return Optional.of("the working folder %s is not absolute".formatted(workdir));
    }
    if (!Files.isDirectory(workdir)) {
      String what = Files.exists(workdir) ? "is not a folder" : "does not exist on this node";
      return Optional.of("the working folder %s %s".formatted(workdir, what));
    }
    return Files.isExecutable(workdir)
        ? Optional.empty()
        : Optional.of("the working folder %s may not be entered".formatted(workdir));
  }

  /// Whether there is too little room at `place`, and how much there is.
  static Optional<String> disk(int wantedMib, int floorMib, Path place) {
    try {
      long freeMib = Files.getFileStore(existing(place)).getUsableSpace() >> 20;
      if (freeMib < wantedMib) {
        return Optional.of(
            "the disk is full: %d MiB are free at %s, the job asks for %d MiB"
                .formatted(freeMib, place, wantedMib));
      }
      if (freeMib < floorMib) {
        return Optional.of(
            "the disk is full: %d MiB are free at %s, below %d MiB nothing is started"
                .formatted(freeMib, place, floorMib));
      }
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of("the free space at %s cannot be read: %s".formatted(place, e));
    }
  }

  private static Path existing(Path place) {
    Path at = place;
    while (!Files.exists(at) && at.getParent() != null) {
      at = at.getParent();
    }
    return at;
  }

  private static Optional<String> environment(Map<String, String> environment) {
    for (Map.Entry<String, String> variable : environment.entrySet()) {
      String name = variable.getKey();
      if (name.isEmpty() || name.indexOf('=') >= 0 || name.indexOf(0) >= 0) {
        return Optional.of("'%s' is no name for a variable of the environment".formatted(name));
      }
      if (variable.getValue().indexOf(0) >= 0) {
        return Optional.of("the value of the variable %s holds a zero byte".formatted(name));
      }
    }
    return Optional.empty();
  }

  private static Optional<String> unusable(String program, Path file) {
    if (!Files.exists(file)) {
      return Optional.of("cannot start %s: no such file".formatted(program));
    }
    if (Files.isDirectory(file)) {
      return Optional.of("cannot start %s: it is a folder".formatted(program));
    }
    if (!Files.isExecutable(file)) {
      return Optional.of("cannot start %s: permission denied".formatted(program));
    }
    return interpreter(file)
        .map(
            missing ->
                "cannot start %s: its interpreter %s does not exist".formatted(program, missing));
  }

  /// The interpreter that a script names and that is not there.
  private static Optional<String> interpreter(Path file) {
    try (var in = Files.newInputStream(file)) {
      String head = new String(in.readNBytes(256), StandardCharsets.ISO_8859_1);
      if (!head.startsWith("#!")) {
        return Optional.empty();
      }
      String name = head.substring(2).strip().split("\\s", 2)[0];
      return name.isEmpty() || Files.exists(Path.of(name)) ? Optional.empty() : Optional.of(name);
    } catch (IOException e) {
      return Optional.empty(); // a program may be executable and not readable
    }
  }
}
