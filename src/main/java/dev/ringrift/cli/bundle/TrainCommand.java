package dev.ringrift.cli.bundle;

import dev.ringrift.cli.Main;
import dev.ringrift.cli.Shell;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;

/// A short life of an agent and of the common commands in one process, so that the class cache
/// that it leaves serves the start of both. Works in the data folder of `RINGRIFT_DATA_DIR`.
@Command(
    name = "train",
    hidden = true,
    description = "Run a short life, for the class cache of a bundle.")
public final class TrainCommand implements Callable<Integer> {
  private static final int LOOKS_MAX = 100;
  private static final Duration LOOK_EVERY = Duration.ofMillis(200);

  private final Shell shell;

  public TrainCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() throws IOException {
    must("init", "--name", "training", "--node-id", "trainee", "--port", "" + freePort());
    // Two threads that both begin with it would meet it half made.
    LoggerFactory.getILoggerFactory();
    Thread agent = Thread.ofPlatform().daemon().name("trainee").start(() -> Main.run("agent"));
    int looks = 0;
    while (Main.run("status") != 0) {
      looks++;
      if (looks == LOOKS_MAX || !agent.isAlive()) {
        throw new IllegalStateException("no agent answers after %d looks".formatted(looks));
      }
      shell.pause().accept(LOOK_EVERY);
    }
    must("jobs", "submit", "--name", "training", "--", "echo", "trained");
    must("jobs", "wait", "last");
    must("jobs", "logs", "last");
    must("jobs", "list");
    must("nodes");
    must("events");
    must("join-token");
    // The keeper would outlive this process for a while, and the folder it works in does not.
    ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
    return 0;
  }

  private static void must(String... words) {
    int exitCode = Main.run(words);
    if (exitCode != 0) {
      throw new IllegalStateException(
          "'%s' ended with exit code %d".formatted(String.join(" ", words), exitCode));
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
