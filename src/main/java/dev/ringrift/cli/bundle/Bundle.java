package dev.ringrift.cli.bundle;

import dev.ringrift.cli.Main;
import dev.ringrift.core.UserError;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Makes one archive for x86-64 Linux with its own Java runtime and class cache: what is unpacked
/// needs nothing installed.
final class Bundle {
  /// What the program and its libraries use of the JDK: naming is for Vert.x's resolver of host
  /// names, xml for logback, unsupported for Netty's buffers.
  private static final String MODULES =
      "java.base,java.logging,java.management,java.naming,java.xml,"
          + "jdk.management,jdk.net,jdk.unsupported";

  /// What every start is given; the training too, since a class cache fits only what it was made
  /// with.
  private static final List<String> OPTIONS =
      List.of(
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          "-Djdk.serialFilter=!*",
          "-XX:+UseSerialGC",
          "-Xlog:aot*=off",
          "-Xlog:cds*=off");

  private static final long STEP_SECONDS_MAX = 180;

  private final Path home;
  private final Path work;
  private final Path log;
  private final String version;

  /// @param home the folder with `ringrift.jar` and `lib`
  /// @param work an empty folder for intermediate files, in the archive's file system
  /// @param log what the steps say
  Bundle(Path home, Path work, Path log, String version) {
    this.home = home;
    this.work = work;
    this.log = log;
    this.version = version;
  }

  /// Makes the archive.
  ///
  /// @param archive a `.tar.gz`; replaced when it is there
  void write(Path archive) throws IOException {
    String name = "ringrift-" + version;
    Path root = work.resolve(name);
    Files.createDirectories(root.resolve("lib"));
    runtime(root.resolve("runtime"));
    TrimmedJar.copy(home.resolve("ringrift.jar"), root);
    try (DirectoryStream<Path> jars = Files.newDirectoryStream(home.resolve("lib"), "*.jar")) {
      for (Path jar : jars) {
        TrimmedJar.copy(jar, root.resolve("lib"));
      }
    }
    launcher(root.resolve("ringrift"));
    train(root);
    Path made = work.resolve("archive.tar.gz");
    run(
        List.of(
            "tar",
            "-C",
            work.toString(),
            "--owner=0",
            "--group=0",
            "--sort=name",
            "-I",
            "gzip -9",
            "-cf",
            made.toString(),
            name),
        Map.of());
    Files.move(made, archive, StandardCopyOption.REPLACE_EXISTING);
  }

  private void runtime(Path to) throws IOException {
    Path jlink = Path.of(System.getProperty("java.home"), "bin", "jlink");
    if (!Files.isExecutable(jlink)) {
      throw new UserError(
          "cannot make a bundle here",
          "there is no jlink in " + jlink.getParent() + ": this is a runtime, not a JDK",
          "run './ringrift bundle' in a checkout, with a JDK 25");
    }
    run(
        List.of(
            jlink.toString(),
            "--add-modules",
            MODULES,
            "--strip-debug",
            "--no-header-files",
            "--no-man-pages",
            "--output",
            to.toString()),
        Map.of());
  }

  private static void launcher(Path to) throws IOException {
    String options =
        OPTIONS.stream().map(option -> "'" + option + "'").collect(Collectors.joining(" "));
    Files.writeString(
        to,
        """
        #!/bin/sh
        # RingRift with its own Java runtime. What is unpacked can be moved as a whole.
        here=$(dirname "$(readlink -f "$0")")
        java() {
          exec "$here/runtime/bin/java" -XX:AOTCache="$here/ringrift.aot" \\
            %s \\
            -Dringrift.command="$command" "$@"
        }
        command=$0
        if [ "$(command -v ringrift)" = "$0" ]; then command=ringrift; fi
        # Commands are short: the quick compiler only. An agent runs for weeks.
        case ${1:-} in
          agent) java -Xmx1g -XX:+ExitOnOutOfMemoryError \\
            -cp "$here/ringrift.jar" dev.ringrift.cli.Main "$@" ;;
          *) java -XX:TieredStopAtLevel=1 -cp "$here/ringrift.jar" dev.ringrift.cli.Main "$@" ;;
        esac
        """
            .formatted(options));
    Files.setPosixFilePermissions(to, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /// Runs an agent and commands against it in one process, and keeps the classes that it loaded.
  private void train(Path root) throws IOException {
    Path data = work.resolve("training");
    Path cache = root.resolve("ringrift.aot");
    List<String> command = new ArrayList<>();
    command.add(root.resolve("runtime/bin/java").toString());
    command.add("-XX:AOTCacheOutput=" + cache);
    command.addAll(OPTIONS);
    command.addAll(
        List.of("-cp", root.resolve("ringrift.jar").toString(), Main.class.getName(), "train"));
    run(command, Map.of("RINGRIFT_DATA_DIR", data.toString()));
    if (!Files.exists(cache)) {
      throw new UserError(
          "the class cache was not made", "the training run left none", "see " + log);
    }
  }

  private void run(List<String> command, Map<String, String> environment) throws IOException {
    int exit = start(command, environment);
    if (exit != 0) {
      throw new UserError(
          "cannot make the bundle",
          "%s ended with exit code %d".formatted(command.getFirst(), exit),
          "see " + log);
    }
  }

  private int start(List<String> command, Map<String, String> environment) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().keySet().removeIf(name -> name.startsWith("RINGRIFT_"));
    builder.environment().putAll(environment);
    Process process = builder.start();
    try {
      if (!process.waitFor(STEP_SECONDS_MAX, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new UserError(
            "cannot make the bundle",
            "%s took over %d s".formatted(command.getFirst(), STEP_SECONDS_MAX),
            "see " + log);
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /// Removes a folder with all that is in it.
  static void remove(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> all = Files.walk(folder)) {
        for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }
}
