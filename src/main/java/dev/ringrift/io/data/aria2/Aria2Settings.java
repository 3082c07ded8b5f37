package dev.ringrift.io.data.aria2;

import dev.ringrift.agent.data.Proxies;
import dev.ringrift.core.UserError;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/// How `aria2c` is run.
///
/// @param program the `aria2c` to run
/// @param folder of its configuration and log; made when it is needed
/// @param connectionsPerServer 1 to 16, which is the most that aria2 allows
/// @param splitPerSource how many parts of a file are fetched at once for each of its sources
/// @param minSplitSizeBytes no part is smaller; aria2 takes 1 MiB to 1 GiB
/// @param downloadsMax how many files are fetched at a time
/// @param timeout without a byte, after which a connection is given up
/// @param retryWait before a source is tried again
/// @param triesMax of one source
public record Aria2Settings(
    Path program,
    Path folder,
    int connectionsPerServer,
    int splitPerSource,
    long minSplitSizeBytes,
    int downloadsMax,
    Duration connectTimeout,
    Duration timeout,
    Duration retryWait,
    int triesMax,
    Proxies proxies) {
  private static final int CONNECTIONS_PER_SERVER_MAX = 16;

  public Aria2Settings {
    check("connections per server", connectionsPerServer, 1, CONNECTIONS_PER_SERVER_MAX);
    check("split", splitPerSource, 1, 1_024);
    check("min-split-size", minSplitSizeBytes, 1 << 20, 1 << 30);
    check("downloads at a time", downloadsMax, 1, 64);
    check("connect timeout in seconds", connectTimeout.toSeconds(), 1, 600);
    check("timeout in seconds", timeout.toSeconds(), 1, 600);
    check("wait in seconds", retryWait.toSeconds(), 0, 600);
    check("tries", triesMax, 1, 1_000);
    if (proxies.socks().isPresent() && proxies.http().isEmpty()) {
      throw new UserError(
          "aria2 cannot be used on this node",
          "it has only a SOCKS proxy (%s), which aria2 does not know"
              .formatted(proxies.socks().get()),
          "set RINGRIFT_HTTP_PROXY, or http_proxy in agent.yaml (tailscaled has one with"
              + " --outbound-http-proxy-listen), or use the engine 'swarm'");
    }
  }

  /// As the seed of this project wants it: 16 connections a server, 16 parts a source.
  ///
  /// @throws UserError when the node has a SOCKS proxy only
  public static Aria2Settings usual(Path program, Path folder, Proxies proxies) {
    return new Aria2Settings(
        program,
        folder,
        CONNECTIONS_PER_SERVER_MAX,
        16,
        1 << 20,
        5,
        Duration.ofSeconds(10),
        Duration.ofSeconds(300),
        Duration.ofSeconds(3),
        5,
        proxies);
  }

  /// The `aria2c` of this machine.
  ///
  /// @param environment for its `PATH`
  public static Optional<Path> find(Map<String, String> environment) {
    for (String folder : environment.getOrDefault("PATH", "").split(":", -1)) {
      Path program = Path.of(folder.isEmpty() ? "." : folder, "aria2c");
      if (Files.isRegularFile(program) && Files.isExecutable(program)) {
        return Optional.of(program.toAbsolutePath());
      }
    }
    return Optional.empty();
  }

  /// The `aria2c` of this machine, for somebody who asked for it.
  ///
  /// @throws UserError when there is none
  public static Path need(Map<String, String> environment) {
    return find(environment)
        .orElseThrow(
            () ->
                new UserError(
                    "aria2c is not installed",
                    "it is in none of the folders of PATH",
                    "install it (apt-get install aria2), or use the engine 'swarm', which needs"
                        + " nothing"));
  }

  private static void check(String what, long value, long min, long max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          "%s is %d: aria2 takes %d to %d".formatted(what, value, min, max));
    }
  }
}
