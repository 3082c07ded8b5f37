package dev.ringrift.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.Eventually;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// The packaged program with one data folder, run as processes of their own. Whatever of it still
/// runs when a test ends has the folder in its command line or environment, and is found by that.
final class Program implements AutoCloseable {
  private static final Duration COMMAND_MAX = Duration.ofMinutes(2);

  private final Path dir;
  private final Map<String, String> environment = new HashMap<>();
  private final List<String> prefix;
  private String classes = "";
  private String jar = System.getProperty("ringrift.jar", "target/ringrift.jar");
  private int outputs;

  /// @param prefix words before the program's, for example `ip netns exec NAME`
  Program(Path dir, List<String> prefix) {
    this.dir = dir;
    this.prefix = List.copyOf(prefix);
    environment.put("RINGRIFT_DATA_DIR", dir.toString());
    // Many agents run on this machine, and only one could have the usual port.
    environment.put("RINGRIFT_DATA_PORT", "0");
    environment.put("RINGRIFT_ARIA2_PORT", "0");
  }

  /// A program with a fresh data folder.
  static Program fresh() throws IOException {
    return new Program(Files.createTempDirectory("ringrift-e2e-").toRealPath(), List.of());
  }

  /// The same folder, with other words before the program's.
  Program within(List<String> words) {
    Program program = new Program(dir, words);
    program.environment.putAll(environment);
    program.classes = classes;
    program.jar = jar;
    return program;
  }

  /// The same of another build, in a folder that is made for it.
  Program rebuilt(Path folder) throws IOException {
    Path built = Path.of(jar());
    Files.createDirectories(folder);
    Path copy = Files.copy(built, folder.resolve("ringrift.jar"));
    Files.createSymbolicLink(folder.resolve("lib"), built.resolveSibling("lib"));
    Program program = within(prefix);
    program.jar = copy.toString();
    return program;
  }

  /// The same, with a variable more.
  Program with(String name, String value) {
    Program program = within(prefix);
    program.environment.put(name, value);
    return program;
  }

  /// The same, with classes that come before the packaged ones.
  Program withClasses(Path folder) {
    Program program = within(prefix);
    program.classes = folder + File.pathSeparator;
    return program;
  }

  Path dir() {
    return dir;
  }

  /// What a command said, and how it ended.
  record Run(int exitCode, String out, String err) {
    /// The output of a command that must have gone well.
    String ok() {
      assertThat(exitCode).as("exit code; it said: %s%s", out, err).isZero();
      return out.strip();
    }

    /// All that it said, of a command that must have failed so.
    String failed(int code) {
      assertThat(exitCode).as("exit code; it said: %s%s", out, err).isEqualTo(code);
      return out + err;
    }
  }

  /// Runs a command to its end.
  Run run(String... words) throws Exception {
    Started started = start(words);
    boolean ended = started.process.waitFor(COMMAND_MAX.toSeconds(), TimeUnit.SECONDS);
    if (!ended) {
      started.process.destroyForcibly();
      throw new AssertionError(
          "%s does not end; it said %s".formatted(List.of(words), started.said()));
    }
    return new Run(started.process.exitValue(), started.out(), started.err());
  }

  /// A command that runs on.
  record Started(Process process, Path outFile, Path errFile) {
    String out() {
      return read(outFile);
    }

    String err() {
      return read(errFile);
    }

    String said() {
      return out() + err();
    }

    private static String read(Path file) {
      try {
        return Files.readString(file);
      } catch (IOException e) {
        throw new IllegalStateException(file + " cannot be read", e);
      }
    }
  }

  /// Starts a command and leaves it running.
  Started start(String... words) throws IOException {
    List<String> command = new ArrayList<>(prefix);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Djdk.serialFilter=!*",
            "-XX:+UseSerialGC",
            "-Xlog:aot*=off",
            "-Xlog:cds*=off",
            "-XX:TieredStopAtLevel=1",
            "-Xmx512m"));
    Path cache = Path.of(jar()).resolveSibling("ringrift.aot");
    if (Files.exists(cache)) {
      command.add("-XX:AOTCache=" + cache);
    }
    command.addAll(List.of("-cp", classes + jar(), "dev.ringrift.cli.Main"));
    command.addAll(List.of(words));
    Path folder = Files.createDirectories(dir.resolve("said"));
    Path out = folder.resolve(System.nanoTime() + "." + outputs++ + ".out");
    Path err = Path.of(out + ".err");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(dir.toFile())
            .redirectInput(new File("/dev/null"))
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("RINGRIFT_"));
    builder.environment().putAll(environment);
    return new Started(builder.start(), out, err);
  }

  private String jar() {
    assertThat(Path.of(jar)).as("the packaged program").exists();
    return Path.of(jar).toAbsolutePath().toString();
  }

  /// The processes that belong to this data folder: agents, keepers, jobs, commands.
  List<Long> processes() throws IOException {
    try (Stream<Path> all = Files.list(Path.of("/proc"))) {
      return all.map(path -> path.getFileName().toString())
          .filter(name -> name.chars().allMatch(Character::isDigit))
          .map(Long::parseLong)
          .filter(pid -> pid != ProcessHandle.current().pid())
          .filter(pid -> belongs(pid))
          .toList();
    }
  }

  private boolean belongs(long pid) {
    return commandLine(pid).contains(dir.toString())
        || proc(pid, "environ").contains(dir.toString());
  }

  /// The words of a process, with zeros between them; empty when it has ended.
  static String commandLine(long pid) {
    return proc(pid, "cmdline");
  }

  private static String proc(long pid, String file) {
    try {
      return new String(Files.readAllBytes(Path.of("/proc", "" + pid, file)), UTF_8);
    } catch (IOException e) {
      return ""; // it has ended meanwhile
    }
  }

  /// Ends a process as a crash would, and waits until it is gone.
  static void kill9(long pid) throws Exception {
    ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    Eventually.holds(Duration.ofSeconds(10), () -> assertThat(commandLine(pid)).isEmpty());
  }

  /// Ends what is left, and says what that was: nothing, after a test that went well.
  @Override
  public void close() {
    Eventually.closing(this::end);
  }

  private void end() throws Exception {
    List<Long> left = processes();
    List<String> words = left.stream().map(pid -> pid + " " + commandLine(pid)).toList();
    for (long pid : left) {
      kill9(pid);
    }
    deleteAll(dir);
    assertThat(words).as("processes that are left").isEmpty();
  }

  /// Copies a folder over another, files of the same name included.
  static void copyAll(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path path : all.toList()) {
        Path copy = to.resolve(from.relativize(path).toString());
        if (Files.isDirectory(path)) {
          Files.createDirectories(copy);
        } else if (Files.isRegularFile(path)) {
          Files.copy(
              path, copy, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
        }
      }
    }
  }

  static void deleteAll(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
