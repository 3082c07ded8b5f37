package dev.ringrift.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Runs one command line in memory and keeps what it printed.
final class CommandRun {
  static final long NOW = 1_800_000_000_000L;

  final List<Duration> pauses = new ArrayList<>();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Map<String, String> environment = new HashMap<>();
  private boolean colours;
  private boolean terminal;
  private Path dataDir = Path.of("no-such-folder");
  private int exitCode = -1;

  CommandRun colours() {
    colours = true;
    return this;
  }

  CommandRun terminal() {
    terminal = true;
    return this;
  }

  CommandRun dataDir(Path dir) {
    dataDir = dir;
    return this;
  }

  CommandRun environment(String name, String value) {
    environment.put(name, value);
    return this;
  }

  CommandRun on(ClusterClient cluster, String... words) {
    Shell shell =
        new Shell(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            "ringrift",
            terminal,
            colours,
            environment,
            dataDir,
            () -> NOW + pauses.stream().mapToLong(Duration::toMillis).sum(),
            pauses::add,
            chosen -> cluster);
    exitCode = Commands.of(shell).execute(words);
    return this;
  }

  int exitCode() {
    return exitCode;
  }

  String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  String err() {
    return err.toString(StandardCharsets.UTF_8);
  }
}
