package dev.ringrift.io.data.aria2;

import dev.ringrift.agent.data.Fetch;
import dev.ringrift.agent.data.FetchRequest;
import dev.ringrift.agent.data.FetchRequest.Expected;
import dev.ringrift.agent.data.Source;
import dev.ringrift.core.UserError;
import dev.ringrift.io.data.web.WebClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;

/// One file on its way through `aria2c`:
/// ```
/// look at what is there -> download into a hidden folder -> verify -> rename
///                             ^                               |
///                             '--- one source at a time <-----'  wrong, and only the whole
///                                                                has a hash
/// ```
final class Aria2Fetch implements Fetch {
  private final FetchRequest request;
  private final Aria2Settings settings;
  private final Aria2Process process;
  private final WebClient web;
  private final ExecutorService hashers;
  private final SourceList sources;
  private final CompletableFuture<Result> result = new CompletableFuture<>();
  private final Cancel cancel = new Cancel();
  private final long begunNanos = System.nanoTime();
  private volatile Optional<Aria2Download> download = Optional.empty();

  Aria2Fetch(
      FetchRequest request,
      Aria2Settings settings,
      Aria2Process process,
      WebClient web,
      ExecutorService hashers) {
    this.request = request;
    this.settings = settings;
    this.process = process;
    this.web = web;
    this.hashers = hashers;
    this.sources = new SourceList(request);
  }

  /// Does it all. Blocks; completes `result` in every case.
  void run(Semaphore room) {
    try {
      room.acquire();
      try {
        result.complete(fetch());
      } finally {
        room.release();
      }
    } catch (InterruptedException e) {
      result.completeExceptionally(new UserError("the fetch was broken off", "", ""));
    } catch (IOException e) {
      result.completeExceptionally(cannotWrite(e));
    } catch (RuntimeException e) { // whoever waits for the result is told
      result.completeExceptionally(e);
    }
  }

  private Result fetch() throws IOException, InterruptedException {
    Expected expected = request.expected();
    if (isThere(expected)) {
      return done(0);
    }
    PartFolder folder = new PartFolder(request);
    folder.prepare();
    if (expected instanceof Expected.Pieces pieces && pieces.manifest().sizeBytes() == 0) {
      folder.publishEmpty();
      return done(0);
    }
    if (expected instanceof Expected.Unverified) {
      sources.keepAgreeing(web, settings.timeout());
    }
    long bytes = 0;
    Optional<UserError> wrong = Optional.empty();
    for (List<Source> round : rounds(expected)) {
      folder.begin();
      Aria2Download attempt = new Aria2Download(request, round, folder, settings, process, cancel);
      download = Optional.of(attempt);
      try {
        bytes += attempt.run();
      } catch (UserError e) {
        if (wrong.isEmpty() || cancel.wanted()) {
          throw e;
        }
        continue; // this one alone has nothing either
      }
      Optional<String> trouble = hashed(folder.data());
      if (trouble.isEmpty()) {
        folder.publish();
        return done(bytes);
      }
      folder.discard();
      round.forEach(source -> sources.blame(source, round.size() == 1, trouble.get()));
      wrong = Optional.of(wrongContent(trouble.get()));
    }
    throw wrong.orElseThrow(() -> noSource("there is none"));
  }

  /// All sources together, and then each by itself: only so can it be told which of them has
  /// other bytes when nothing but the whole has a hash.
  private List<List<Source>> rounds(Expected expected) {
    List<Source> all = sources.usable();
    if (all.isEmpty()) {
      throw noSource("none was named");
    }
    List<List<Source>> rounds = new ArrayList<>(List.of(all));
    if (expected instanceof Expected.Whole && all.size() > 1) {
      all.forEach(source -> rounds.add(List.of(source)));
    }
    return rounds;
  }

  private boolean isThere(Expected expected) throws IOException, InterruptedException {
    return !(expected instanceof Expected.Unverified)
        && Files.isRegularFile(request.target(), LinkOption.NOFOLLOW_LINKS)
        && hashed(request.target()).isEmpty();
  }

  private Optional<String> hashed(Path file) throws IOException, InterruptedException {
    try {
      return hashers.submit(() -> ContentCheck.trouble(file, request.expected())).get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException io) {
        throw io;
      }
      throw new IllegalStateException("hashing failed", e.getCause());
    }
  }

  private Result done(long bytes) {
    Duration took = Duration.ofNanos(System.nanoTime() - begunNanos);
    return new Result(bytes, took, "aria2", shares());
  }

  private List<Share> shares() {
    return sources.shares(download.map(Aria2Download::gains).orElseGet(Gains::new));
  }

  private UserError wrongContent(String trouble) {
    return new UserError(
        "%s was not fetched: its content is wrong".formatted(request.target().getFileName()),
        "from %s: %s".formatted(sources.labels(), trouble),
        "nothing was kept; are these sources of the same file?");
  }

  private UserError noSource(String because) {
    return new UserError(
        "%s cannot be fetched: no source can be used".formatted(request.target().getFileName()),
        sources.trouble().orElse(because),
        "");
  }

  private UserError cannotWrite(IOException e) {
    return new UserError(
        "cannot write " + request.target(),
        e.toString(),
        "is the folder yours to write, and is there space?");
  }

  @Override
  public CompletableFuture<Result> result() {
    return result.copy();
  }

  @Override
  public Progress progress() {
    return download
        .map(now -> now.progress(shares()))
        .orElseGet(() -> new Progress(Aria2Download.size(request), 0, 0, 0, shares()));
  }

  @Override
  public void add(Source source) {
    if (sources.add(source)) {
      download.ifPresent(now -> now.add(source));
    }
  }

  @Override
  public void cancel() {
    cancel.now();
  }
}
