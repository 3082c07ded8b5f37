package dev.ringrift.data;

import dev.ringrift.agent.data.FetchEngine;
import dev.ringrift.core.UserError;
import dev.ringrift.io.data.aria2.Aria2Engine;
import dev.ringrift.io.data.aria2.Aria2Settings;
import dev.ringrift.io.data.swarm.Proxy;
import dev.ringrift.io.data.swarm.SwarmEngine;
import dev.ringrift.io.data.swarm.SwarmSettings;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Makes the engine that a config asks for.
final class Engines implements AutoCloseable {
  private final Aria2Config config;
  private final Optional<Aria2Settings> aria2;
  private Optional<AutoCloseable> open = Optional.empty();

  /// @throws UserError when it is `aria2` and cannot be used here
  Engines(Aria2Config config, Map<String, String> environment) {
    this.config = config;
    this.aria2 =
        config.engine() == Aria2Config.Engine.ARIA2
            ? Optional.of(settings(config, environment))
            : Optional.empty();
  }

  private static Aria2Settings settings(Aria2Config config, Map<String, String> environment) {
    Path program = Aria2Settings.need(environment);
    try {
      return new Aria2Settings(
          program,
          Files.createTempDirectory("ringrift-aria2-"),
          config.connectionsPerServer(),
          config.split(),
          config.minSplitSizeBytes(),
          config.maxConcurrentDownloads(),
          config.connectTimeout(),
          config.timeout(),
          config.retryWait(),
          config.maxTries(),
          config.proxies());
    } catch (IOException e) {
      throw new UserError("cannot make a folder for aria2c", String.valueOf(e), "");
    }
  }

  FetchEngine open(Vertx vertx) {
    if (aria2.isPresent()) {
      Aria2Engine engine = new Aria2Engine(vertx, aria2.get());
      open = Optional.of(engine);
      return engine;
    }
    SwarmEngine engine = new SwarmEngine(swarm());
    open = Optional.of(engine);
    return engine;
  }

  private SwarmSettings swarm() {
    SwarmSettings usual = SwarmSettings.direct();
    SwarmSettings patient =
        new SwarmSettings(
            usual.proxy(), usual.tls(), config.timeout(), config.connectionsPerServer());
    return config.proxy().map(uri -> patient.through(Proxy.parse(uri.toString()))).orElse(patient);
  }

  @Override
  public void close() {
    try {
      if (open.isPresent()) {
        open.get().close();
      }
      if (aria2.isPresent()) {
        try (Stream<Path> all = Files.walk(aria2.get().folder())) {
          for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
            Files.deleteIfExists(path);
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (Exception e) {
      throw new IllegalStateException("an engine that does not close", e);
    }
  }
}
