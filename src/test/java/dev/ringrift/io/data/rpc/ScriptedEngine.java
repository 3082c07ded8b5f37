package dev.ringrift.io.data.rpc;

import dev.ringrift.agent.data.Fetch;
import dev.ringrift.agent.data.FetchEngine;
import dev.ringrift.agent.data.FetchRequest;
import dev.ringrift.agent.data.Source;
import dev.ringrift.core.UserError;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/// An engine whose fetches go as the test says.
final class ScriptedEngine implements FetchEngine {
  final List<Scripted> fetches = new CopyOnWriteArrayList<>();

  @Override
  public String method() {
    return "scripted";
  }

  @Override
  public Fetch fetch(FetchRequest request) {
    Scripted fetch = new Scripted(request);
    fetches.add(fetch);
    return fetch;
  }

  Scripted last() {
    return fetches.getLast();
  }

  static final class Scripted implements Fetch {
    final FetchRequest request;
    final List<Source> added = new CopyOnWriteArrayList<>();
    final CompletableFuture<Result> result = new CompletableFuture<>();
    volatile boolean cancelled;
    volatile boolean holdsOn;

    Scripted(FetchRequest request) {
      this.request = request;
    }

    void succeed() {
      result.complete(new Result(100, Duration.ofSeconds(1), "scripted", List.of()));
    }

    void fail(String why) {
      result.completeExceptionally(new UserError("it failed", why, ""));
    }

    @Override
    public CompletableFuture<Result> result() {
      return result;
    }

    @Override
    public Progress progress() {
      return new Progress(100, 40, 7, 1, List.of(new Share("a", 40, 7, 3, 0, "")));
    }

    @Override
    public void add(Source source) {
      added.add(source);
    }

    @Override
    public void cancel() {
      cancelled = true;
      if (!holdsOn) {
        fail("cancelled");
      }
    }
  }
}
