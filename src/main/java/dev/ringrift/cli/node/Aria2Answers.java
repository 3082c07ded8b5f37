package dev.ringrift.cli.node;

import dev.ringrift.agent.data.FetchEngine;
import dev.ringrift.agent.data.Proxies;
import dev.ringrift.io.config.AgentConfig;
import dev.ringrift.io.config.PrivateFiles;
import dev.ringrift.io.data.aria2.Aria2Engine;
import dev.ringrift.io.data.aria2.Aria2Settings;
import dev.ringrift.io.data.rpc.RpcServer;
import dev.ringrift.io.data.rpc.RpcSettings;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// aria2's JSON-RPC of a node, for programs that know how to ask aria2. Behind it is an `aria2c` of
/// its own where that is installed, and the swarm engine where it is not.
final class Aria2Answers {
  private static final Logger LOG = LoggerFactory.getLogger(Aria2Answers.class);
  private static final int SECRET_BYTES = 32;
  private static final int SESSION_BYTES = 20; // as long as aria2's
  private static final int ACTIVE_MAX = 5; // aria2's default

  private Aria2Answers() {}

  /// Opens the port; `parts` closes it.
  ///
  /// @param environment for `PATH`, where `aria2c` is looked for
  static void open(
      AgentConfig config,
      NodeFolder folder,
      NodeFiles files,
      String version,
      Vertx vertx,
      Map<String, String> environment,
      Parts parts) {
    FetchEngine engine = engine(config, folder, files, vertx, environment, parts);
    Path secretFile = folder.dataState().resolve("aria2-secret");
    RpcSettings settings =
        new RpcSettings(
            folder.data(),
            secret(secretFile),
            secretFile.toString(),
            random(SESSION_BYTES),
            version,
            engine.method(),
            ACTIVE_MAX);
    parts.add(new RpcServer(vertx, engine, settings)).listen(config.aria2Port());
  }

  /// aria2 knows no SOCKS proxy: a node that has only one is served by the engine that does.
  private static FetchEngine engine(
      AgentConfig config,
      NodeFolder folder,
      NodeFiles files,
      Vertx vertx,
      Map<String, String> environment,
      Parts parts) {
    Optional<Path> program = Aria2Settings.find(environment);
    if (program.isEmpty()) {
      return files.engine();
    }
    if (config.socksProxy().isPresent() && config.httpProxy().isEmpty()) {
      LOG.info("aria2c is not used: it knows no SOCKS proxy, and http_proxy is not set");
      return files.engine();
    }
    Path state = folder.dataState().resolve("aria2");
    return parts.add(
        new Aria2Engine(
            vertx,
            Aria2Settings.usual(
                program.get(), state, new Proxies(config.socksProxy(), config.httpProxy()))));
  }

  /// Stays the same, so that programs need to be told it only once.
  private static String secret(Path file) {
    return PrivateFiles.read(file)
        .map(String::strip)
        .filter(kept -> kept.length() == 2 * SECRET_BYTES)
        .orElseGet(
            () -> {
              String fresh = random(SECRET_BYTES);
              PrivateFiles.write(file, fresh + "\n");
              return fresh;
            });
  }

  private static String random(int bytes) {
    byte[] chance = new byte[bytes];
    new SecureRandom().nextBytes(chance);
    return HexFormat.of().formatHex(chance);
  }
}
