package dev.ringrift.io.data.aria2;

import dev.ringrift.agent.data.Fetch;
import dev.ringrift.agent.data.FetchEngine;
import dev.ringrift.agent.data.FetchRequest;
import dev.ringrift.io.data.web.WebClient;
import io.vertx.core.Vertx;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/// Fetches by an `aria2c` of its own, which is started for the first file. aria2 takes bytes from
/// complete sources only; what it says is whole is verified again before anybody sees it.
public final class Aria2Engine implements FetchEngine, AutoCloseable {
  private static final int HASHERS_MAX = 2;

  private final Aria2Settings settings;
  private final Aria2Process process;
  private final WebClient web;
  private final Semaphore room;
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("aria2-", 0).factory());
  private final ExecutorService hashers =
      Executors.newFixedThreadPool(
          HASHERS_MAX, Thread.ofPlatform().daemon().name("aria2-hash-", 0).factory());

  public Aria2Engine(Vertx vertx, Aria2Settings settings) {
    this.settings = settings;
    this.process = new Aria2Process(vertx, settings);
    this.web = new WebClient(vertx, settings.proxies(), settings.connectTimeout());
    this.room = new Semaphore(settings.downloadsMax(), true);
  }

  @Override
  public String method() {
    return "aria2";
  }

  @Override
  public Fetch fetch(FetchRequest request) {
    Aria2Fetch fetch = new Aria2Fetch(request, settings, process, web, hashers);
    threads.execute(() -> fetch.run(room));
    return fetch;
  }

  /// The process id of its `aria2c`; 0 while there is none.
  public long pid() {
    return process.pid();
  }

  @Override
  public void close() {
    threads.shutdownNow();
    process.close();
    hashers.shutdownNow();
    web.close();
  }
}
