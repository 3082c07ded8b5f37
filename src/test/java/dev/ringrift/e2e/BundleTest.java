package dev.ringrift.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.Eventually;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The archive of `ringrift bundle`, on what looks like a machine without Java: its PATH has links
/// to a dozen basic tools, and to the launcher in the unpacked archive.
@Tag("e2e")
final class BundleTest {
  private static final long ARCHIVE_BYTES_MAX = 60L * 1024 * 1024;
  private static final int VOTER_PORT = 9970;
  private static final int WORKER_PORT = 9971;
  private static final long STEP_SECONDS_MAX = 240;
  private static final List<String> TOOLS =
      List.of("sh", "dirname", "readlink", "setsid", "cat", "sleep", "uname", "mkdir", "rm");

  @TempDir Path temp;

  private final List<Process> agents = new ArrayList<>();

  @AfterEach
  void endAgents() throws InterruptedException {
    List<ProcessHandle> keepers = new ArrayList<>();
    agents.forEach(agent -> agent.descendants().forEach(keepers::add));
    for (Process agent : agents) {
      agent.destroy();
      if (!agent.waitFor(10, TimeUnit.SECONDS)) {
        agent.destroyForcibly().waitFor();
      }
    }
    keepers.forEach(ProcessHandle::destroyForcibly);
    keepers.forEach(keeper -> keeper.onExit().orTimeout(10, TimeUnit.SECONDS).join());
  }

  @Test
  void pastedJoinLineMakesAMachineWithoutJavaAMemberThatRunsJobs() throws Exception {
    Path archive = temp.resolve("ringrift.tar.gz");
    assertThat(here("bundle", "--out", archive.toString())).contains("join-token");
    assertThat(Files.size(archive)).isLessThanOrEqualTo(ARCHIVE_BYTES_MAX);
    try (var left = Files.list(temp)) {
      assertThat(left).containsExactly(archive);
    }
    Path bin = bareMachine(archive);
    assertThat(there("command -v java || echo none", Map.of())).isEqualTo("none");

    // With this mode a class cache that does not fit is an error, not a slow start.
    assertThat(there("ringrift version", Map.of("JDK_JAVA_OPTIONS", "-XX:AOTMode=on")))
        .contains("ringrift 0.");

    here("init", "--name", "lab", "--node-id", "v1", "--port", "" + VOTER_PORT);
    agents.add(start(java("agent", "--set", "slots=0"), environmentHere(), "voter"));
    awaitUp(1);
    String line = here("join-token").lines().findFirst().orElseThrow();
    assertThat(line).startsWith("ringrift join ");

    assertThat(there(line, Map.of())).contains("is a worker of cluster lab", "ringrift agent");
    agents.add(
        start(List.of(bin.resolve("ringrift").toString(), "agent"), environmentThere(), "worker"));
    awaitUp(2);
    here("jobs", "submit", "--", "sh", "-c", "command -v java || echo no java on $RINGRIFT_NODE");
    here("jobs", "wait", "last");

    assertThat(here("jobs", "logs", "last")).contains("no java on ").doesNotContain("v1");
  }

  /// Unpacks the archive, and makes the folder that is all of the PATH.
  private Path bareMachine(Path archive) throws Exception {
    Path unpacked = Files.createDirectory(temp.resolve("unpacked"));
    run(
        List.of("tar", "-C", unpacked.toString(), "-xzf", archive.toString()),
        System.getenv(),
        "unpack");
    Path launcher;
    try (var all = Files.list(unpacked)) {
      launcher = all.toList().getFirst().resolve("ringrift");
    }
    Path bin = Files.createDirectory(temp.resolve("bin"));
    for (String tool : TOOLS) {
      Files.createSymbolicLink(bin.resolve(tool), Path.of("/usr/bin", tool));
    }
    Files.createSymbolicLink(bin.resolve("ringrift"), launcher);
    return bin;
  }

  private void awaitUp(int nodes) throws Exception {
    Eventually.holds(
        Duration.ofSeconds(STEP_SECONDS_MAX),
        () -> {
          Path out = temp.resolve("nodes.out");
          start(java("nodes"), environmentHere(), "nodes").waitFor();
          String seen = Files.readString(out);
          Files.delete(out);
          assertThat(seen.lines().filter(row -> row.contains(" up ")))
              .as("%s", seen)
              .hasSize(nodes);
        });
  }

  /// Runs a command with the JDK of this test, as the operator.
  private String here(String... words) throws Exception {
    return run(java(words), environmentHere(), words[0]);
  }

  /// Runs a line as pasted into a shell on the bare machine.
  private String there(String line, Map<String, String> more) throws Exception {
    Map<String, String> environment = environmentThere();
    environment.putAll(more);
    return run(List.of(temp.resolve("bin/sh").toString(), "-c", line), environment, "pasted");
  }

  private static List<String> java(String... words) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx512m", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED"));
    command.addAll(List.of("--sun-misc-unsafe-memory-access=allow", "-Djdk.serialFilter=!*"));
    command.addAll(List.of("-cp", System.getProperty("ringrift.jar"), "dev.ringrift.cli.Main"));
    command.addAll(List.of(words));
    return command;
  }

  private Map<String, String> environmentHere() {
    Map<String, String> environment = new HashMap<>(System.getenv());
    environment.keySet().removeIf(name -> name.startsWith("RINGRIFT_"));
    environment.put("RINGRIFT_DATA_DIR", temp.resolve("here").toString());
    environment.put("RINGRIFT_DATA_PORT", "0");
    environment.put("RINGRIFT_ARIA2_PORT", "0");
    return environment;
  }

  private Map<String, String> environmentThere() {
    return new HashMap<>(
        Map.of(
            "PATH",
            temp.resolve("bin").toString(),
            "RINGRIFT_DATA_DIR",
            temp.resolve("there").toString(),
            "RINGRIFT_PORT",
            "" + WORKER_PORT,
            "RINGRIFT_DATA_PORT",
            "0",
            "RINGRIFT_ARIA2_PORT",
            "0"));
  }

  /// Runs to the end, which must be a good one, and returns what was printed without errors' lines.
  private String run(List<String> command, Map<String, String> environment, String name)
      throws Exception {
    Process process = start(command, environment, name);
    assertThat(process.waitFor(STEP_SECONDS_MAX, TimeUnit.SECONDS)).isTrue();
    Path out = temp.resolve(name + ".out");
    String printed = Files.readString(out).strip();
    Path err = temp.resolve(name + ".err");
    assertThat(process.exitValue())
        .as("%s: %s %s", command, printed, Files.readString(err))
        .isZero();
    Files.delete(out);
    Files.delete(err);
    return printed;
  }

  private Process start(List<String> command, Map<String, String> environment, String name)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(temp.toFile())
            .redirectInput(new File("/dev/null"))
            .redirectOutput(temp.resolve(name + ".out").toFile())
            .redirectError(temp.resolve(name + ".err").toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    return builder.start();
  }
}
