package dev.ringrift.data;

import dev.ringrift.agent.data.Fetch;
import dev.ringrift.agent.data.FetchEngine;
import dev.ringrift.agent.data.FetchRequest;
import dev.ringrift.core.data.RelativePath;
import dev.ringrift.io.data.files.FileHasher;
import dev.ringrift.io.data.files.HashCache;
import dev.ringrift.io.data.web.WebClient;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BiConsumer;

/// Fetches files from data servers (port 8766), each from all servers that have it.
/// ```java
/// try (var transport = new Aria2Transport(Aria2Config.builder().build())) {
///   SyncResult result = transport.syncFromSources(
///       List.of(URI.create("http://gpu-1:8766"), URI.create("http://gpu-2:8766")),
///       Path.of("data/models"), List.of("*.pth")).join();
/// }
/// ```
/// Thread-safe. Nothing appears under a file's name before it is whole and verified.
public final class Aria2Transport implements AutoCloseable {
  private final Aria2Config config;
  private final Vertx vertx;
  private final WebClient web;
  private final Engines engines;
  private final FetchEngine engine;
  private final Optional<FileHasher> hasher;
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("sync-", 0).factory());

  /// @throws dev.ringrift.core.UserError when the engine cannot be used here
  public Aria2Transport(Aria2Config config) {
    this.config = config;
    this.engines = new Engines(config, System.getenv());
    this.hasher = config.hashCache().map(folder -> new FileHasher(new HashCache(folder)));
    FileSystemOptions noFiles =
        new FileSystemOptions().setClassPathResolvingEnabled(false).setFileCachingEnabled(false);
    this.vertx =
        Vertx.vertx(
            new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(1)
                .setFileSystemOptions(noFiles));
    this.web = new WebClient(vertx, config.proxies(), config.connectTimeout());
    this.engine = engines.open(vertx);
  }

  /// Brings `localDir` up to date with the files of `sources` that fit one of `patterns`.
  ///
  /// All sources are asked for `/inventory.json` at once, 10 s at most. A file keeps the path that
  /// it has below its source. Sources with the same content are used together; where they have
  /// different content under one name the newest is taken. A file that is here and verified is
  /// not fetched again. A hash that a source gives is always checked; a file without one is an
  /// error unless `verifyChecksum` is off.
  ///
  /// @param sources base addresses, `http://host:8766`
  /// @param localDir made when it is missing; nothing is written outside of it
  /// @param patterns as `*.pth` or `models/**`: without a slash of the file's name, with one of its
  ///     path; none for all files
  /// @return never fails: what went wrong is in the result
  public CompletableFuture<SyncResult> syncFromSources(
      List<URI> sources, Path localDir, List<String> patterns) {
    return syncFromSources(sources, localDir, patterns, (path, fetch) -> {});
  }

  /// The same, and tells of each file that is begun.
  ///
  /// @param begun gets its path and its fetch, which tells how far it is; called from any thread
  public CompletableFuture<SyncResult> syncFromSources(
      List<URI> sources,
      Path localDir,
      List<String> patterns,
      BiConsumer<RelativePath, Fetch> begun) {
    SyncRun run = new SyncRun(config, web, engine, hasher, sources, localDir, patterns, begun);
    return CompletableFuture.supplyAsync(run::run, threads);
  }

  /// Fetches one file.
  public Fetch fetch(FetchRequest request) {
    return engine.fetch(request);
  }

  /// Small questions to web servers, through the same proxy.
  public WebClient web() {
    return web;
  }

  /// Breaks off what is under way; what was verified is gone on from next time.
  @Override
  public void close() {
    threads.shutdownNow();
    engines.close();
    hasher.ifPresent(FileHasher::close);
    web.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
