package dev.ringrift.cli.node;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Starts agents as processes of their own, with this program's Java and class path, in sessions of
/// their own so that what ends this process does not end them.
public final class AgentLaunch {
  private AgentLaunch() {}

  /// Starts the agent of a data folder.
  ///
  /// @param environment set for it beside this process's own
  public static Process start(Path dataDir, Map<String, String> environment) throws IOException {
    List<String> command = new ArrayList<>();
    command.add("setsid");
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    for (String option : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      if (!option.startsWith("-Xmx") && !option.startsWith("-XX:TieredStopAtLevel")) {
        command.add(option);
      }
    }
    command.add("-Xmx512m");
    command.add("-XX:+ExitOnOutOfMemoryError");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add("dev.ringrift.cli.Main");
    command.add("agent");
    command.add("--data-dir");
    command.add(dataDir.toString());
    File out = dataDir.resolve("agent.out").toFile();
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(out))
            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
    builder.environment().putAll(environment);
    return builder.start();
  }

  /// The running agent of a data folder: the process that its pid file names, if that is one.
  public static Optional<ProcessHandle> running(Path dataDir) {
    try {
      long pid = Long.parseLong(Files.readString(dataDir.resolve("agent.pid")).strip());
      return ProcessHandle.of(pid)
          .filter(ProcessHandle::isAlive)
          .filter(process -> commandLine(process).contains(dataDir.toString()));
    } catch (IOException | NumberFormatException e) {
      return Optional.empty(); // no agent has ever run here
    }
  }

  /// Its words, all of them: the JDK leaves out those of a command line of more than one page, as
  /// one with a long class path is.
  private static List<String> commandLine(ProcessHandle process) {
    try {
      Path file = Path.of("/proc/%d/cmdline".formatted(process.pid()));
      return List.of(Files.readString(file, Charset.defaultCharset()).split("\0", -1));
    } catch (IOException e) {
      // It has just ended, or this is no Linux.
      return process.info().arguments().map(List::of).orElse(List.of());
    }
  }
}
