package dev.ringrift.cli;

import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/// The program: builds the shell around a command, runs it, and ends with its exit code.
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    System.exit(run(args));
  }

  /// Runs one command in this process, and returns its exit code.
  public static int run(String... words) {
    Shell shell = shell(System.getenv());
    int exitCode = Commands.of(shell).execute(words);
    shell.out().flush();
    shell.err().flush();
    return exitCode;
  }

  private static Shell shell(Map<String, String> environment) {
    boolean terminal = terminal();
    boolean colours = terminal && environment.getOrDefault("NO_COLOR", "").isEmpty();
    return new Shell(
        stream(FileDescriptor.out),
        stream(FileDescriptor.err),
        System.getProperty("ringrift.command", "ringrift"),
        terminal,
        colours,
        environment,
        dataDir(environment),
        System::currentTimeMillis,
        Main::sleep,
        cluster -> Clients.connect(cluster, environment, Main::sleep));
  }

  @SuppressWarnings("SystemConsoleNull") // a runtime made by jlink may lack the console's module
  private static boolean terminal() {
    Console console = System.console();
    return console != null && console.isTerminal();
  }

  /// Where this user's state is: `RINGRIFT_DATA_DIR`, else `~/.ringrift`.
  private static Path dataDir(Map<String, String> environment) {
    String set = environment.getOrDefault("RINGRIFT_DATA_DIR", "");
    return set.isBlank() ? Path.of(System.getProperty("user.home"), ".ringrift") : Path.of(set);
  }

  private static PrintStream stream(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
  }

  private static void sleep(Duration duration) {
    try {
      Thread.sleep(duration);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
