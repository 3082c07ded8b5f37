package dev.ringrift.cli.bundle;

import dev.ringrift.core.UserError;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// Makes one archive for x86-64 Linux with its own Java runtime and class cache: what is unpacked
/// needs nothing installed.
final class Bundle {
  /// What the program and its libraries use of the JDK.
  private static final String MODULES =
      "java.base,java.logging,java.management,java.naming,java.xml,"
          + "jdk.management,jdk.unsupported,jdk.crypto.ec,jdk.net";

  private static final long STEP_SECONDS_MAX = 180;

  private final Path home;
  private final Path work;
  private final String version;

  /// @param home the folder with `ringrift.jar` and `lib`
  /// @param work an empty folder for intermediate files
  Bundle(Path home, Path work, String version) {
    this.home = home;
    this.work = work;
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
            name));
    Files.move(made, archive, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
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
            "--generate-cds-archive=false",
            "--output",
            to.toString()));
  }

  private static void launcher(Path to) throws IOException {
    Files.writeString(
        to,
        """
        #!/bin/sh
        # RingRift with its own Java runtime.
        here=$(dirname "$(readlink -f "$0")")
        case ${1:-} in
          agent) heap="-Xmx1g -XX:+ExitOnOutOfMemoryError" ;;
          *) heap="-XX:TieredStopAtLevel=1" ;;
        esac
        # shellcheck disable=SC2086
        exec "$here/runtime/bin/java" -XX:AOTCache="$here/ringrift.aot" %s $heap \\
          -cp "$here/ringrift.jar" dev.ringrift.cli.Main "$@"
        """
            .formatted(String.join(" ", OPTIONS)));
    Files.setPosixFilePermissions(to, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static final List<String> OPTIONS =
      List.of(
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          "-Djdk.serialFilter=!*",
          "-XX:+UseSerialGC",
          "-Xlog:aot*=off",
          "-Xlog:cds*=off");

  /// Runs a question to a port where nobody listens, and keeps the classes that it loaded.
  private void train(Path root) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(root.resolve("runtime/bin/java").toString());
    command.add("-XX:AOTCacheOutput=" + root.resolve("ringrift.aot"));
    command.addAll(OPTIONS);
    command.addAll(
        List.of(
            "-cp",
            root.resolve("ringrift.jar").toString(),
            "dev.ringrift.cli.Main",
            "status",
            "--cluster",
            "http://127.0.0.1:9"));
    start(command);
    if (!Files.exists(root.resolve("ringrift.aot"))) {
      throw new UserError(
          "the class cache was not made", "the training run left none", "see " + log());
    }
  }

  private void run(List<String> command) throws IOException {
    int exit = start(command);
    if (exit != 0) {
      throw new UserError(
          "cannot make the bundle",
          "%s ended with exit code %d".formatted(command.getFirst(), exit),
          "see " + log());
    }
  }

  private int start(List<String> command) throws IOException {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
            .start();
    try {
      if (!process.waitFor(STEP_SECONDS_MAX, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new UserError(
            "cannot make the bundle",
            "%s took over %d s".formatted(command.getFirst(), STEP_SECONDS_MAX),
            "see " + log());
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private Path log() {
    return work.resolve("bundle.log");
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
