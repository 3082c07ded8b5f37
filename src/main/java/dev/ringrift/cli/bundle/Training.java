package dev.ringrift.cli.bundle;

import dev.ringrift.cli.Main;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.slf4j.LoggerFactory;

/// A short life of an agent and of the common commands in one process, so that the class cache
/// that it leaves serves the start of both. Works in the data folder of `RINGRIFT_DATA_DIR`.
public final class Training {
  private static final int LOOKS_MAX = 100;
  private static final long LOOK_EVERY_MILLIS = 200;

  private Training() {}

  public static void main(String[] args) throws IOException, InterruptedException {
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
      Thread.sleep(LOOK_EVERY_MILLIS);
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
    System.exit(0);
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
