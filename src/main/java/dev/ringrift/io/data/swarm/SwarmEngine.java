package dev.ringrift.io.data.swarm;

import dev.ringrift.agent.data.Fetch;
import dev.ringrift.agent.data.FetchEngine;
import dev.ringrift.agent.data.FetchRequest;
import dev.ringrift.agent.data.Holding;
import dev.ringrift.agent.data.Holdings;
import dev.ringrift.core.data.ObjectId;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// Fetches files by ranges from many servers at once; needs nothing but Java.
///
/// Reading has threads of its own and not virtual ones: these also write and hash, which would hold
/// up whatever else of the node runs on the few threads below the virtual ones.
public final class SwarmEngine implements FetchEngine, Holdings, AutoCloseable {
  private final SwarmSettings settings;
  private final Map<ObjectId, Holding> running = new ConcurrentHashMap<>();
  private final Map<SwarmFetch, Boolean> fetches = new ConcurrentHashMap<>();
  private final ExecutorService threads =
      Executors.newCachedThreadPool(Thread.ofPlatform().name("fetch-", 0).daemon().factory());

  public SwarmEngine(SwarmSettings settings) {
    this.settings = settings;
  }

  @Override
  public String method() {
    return "swarm";
  }

  @Override
  public Fetch fetch(FetchRequest request) {
    SwarmFetch fetch = new SwarmFetch(request, settings, threads, running);
    fetches.put(fetch, true);
    threads.execute(
        () -> {
          fetch.run();
          fetches.remove(fetch);
        });
    return fetch;
  }

  /// What the running fetches have so far.
  @Override
  public Optional<Holding> find(ObjectId id) {
    return Optional.ofNullable(running.get(id));
  }

  /// Cancels all that runs; what has been verified stays.
  @Override
  public void close() {
    fetches.keySet().forEach(Fetch::cancel);
    threads.shutdown();
  }
}
