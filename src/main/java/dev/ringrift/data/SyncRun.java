package dev.ringrift.data;

import dev.ringrift.agent.data.Fetch;
import dev.ringrift.agent.data.FetchEngine;
import dev.ringrift.agent.data.FetchRequest;
import dev.ringrift.agent.data.FetchRequest.Expected;
import dev.ringrift.core.UserError;
import dev.ringrift.core.data.Manifest;
import dev.ringrift.core.data.PathPattern;
import dev.ringrift.core.data.RelativePath;
import dev.ringrift.core.data.Sha256;
import dev.ringrift.core.data.SourceListing;
import dev.ringrift.core.data.SyncPlan;
import dev.ringrift.io.data.files.FileHasher;
import dev.ringrift.io.data.files.HashedFile;
import dev.ringrift.io.data.files.Jail;
import dev.ringrift.io.data.web.WebClient;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;

/// One sync: asks the sources what they have, plans, fetches, and counts. Blocks; for one thread.
final class SyncRun {
  /// Most errors that are told one by one.
  static final int ERRORS_MAX = 1_000;

  private final Aria2Config config;
  private final Inventories inventories;
  private final Contents contents;
  private final FetchEngine engine;
  private final Optional<FileHasher> hasher;
  private final List<URI> sources;
  private final Path localDir;
  private final List<String> patterns;
  private final BiConsumer<RelativePath, Fetch> begun;
  private final long begunNanos = System.nanoTime();
  private final ConcurrentLinkedQueue<String> errors = new ConcurrentLinkedQueue<>();
  private final AtomicInteger synced = new AtomicInteger();
  private final AtomicInteger present = new AtomicInteger();
  private final AtomicInteger failed = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();
  private volatile boolean faulty;

  SyncRun(
      Aria2Config config,
      WebClient web,
      FetchEngine engine,
      Optional<FileHasher> hasher,
      List<URI> sources,
      Path localDir,
      List<String> patterns,
      BiConsumer<RelativePath, Fetch> begun) {
    this.config = config;
    this.inventories = new Inventories(web, config.headers());
    this.contents = new Contents(web, config, engine.method());
    this.engine = engine;
    this.hasher = hasher;
    this.sources = List.copyOf(sources);
    this.localDir = localDir.toAbsolutePath().normalize();
    this.patterns = List.copyOf(patterns);
    this.begun = begun;
  }

  SyncResult run() {
    try {
      List<PathPattern> wanted = parsed();
      Files.createDirectories(localDir);
      if (!Files.isWritable(localDir)) {
        throw new UserError(
            "cannot write into " + localDir, "its rights do not allow it", "choose another folder");
      }
      List<SourceListing> listings = inventories.ask(sources, errors::add, this::fault);
      SyncPlan plan = SyncPlan.of(listings, wanted);
      plan.problems().forEach(this::fault);
      if (listings.isEmpty()) {
        faulty = true; // and each source has said why
      }
      fetchAll(plan);
    } catch (UserError e) {
      fault(line(e));
    } catch (IOException e) {
      fault("cannot make the folder %s: %s".formatted(localDir, e));
    } catch (InterruptedException e) {
      fault("the sync was broken off");
    }
    return new SyncResult(
        !faulty && failed.get() == 0,
        synced.get(),
        failed.get(),
        present.get(),
        bytes.get(),
        Duration.ofNanos(System.nanoTime() - begunNanos),
        errors.stream().limit(ERRORS_MAX).toList(),
        engine.method());
  }

  /// An error that makes the whole no success, though nothing else may have failed.
  private void fault(String error) {
    errors.add(error);
    faulty = true;
  }

  private List<PathPattern> parsed() {
    List<PathPattern> parsed = new ArrayList<>();
    for (String pattern : patterns) {
      try {
        parsed.add(PathPattern.parse(pattern));
      } catch (IllegalArgumentException e) {
        throw new UserError(String.valueOf(e.getMessage()), "", "write for example '*.pth'");
      }
    }
    return parsed;
  }

  private void fetchAll(SyncPlan plan) throws InterruptedException {
    Jail jail = new Jail(localDir);
    Semaphore room = new Semaphore(config.maxConcurrentDownloads());
    List<Future<?>> all = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      try {
        for (SyncPlan.Wanted file : plan.files()) {
          room.acquire();
          all.add(
              threads.submit(
                  () -> {
                    try {
                      one(file, jail);
                    } finally {
                      room.release();
                    }
                  }));
        }
        for (Future<?> each : all) {
          each.get();
        }
      } catch (ExecutionException e) {
        throw new IllegalStateException("a file's fetch broke", e.getCause());
      } finally {
        threads.shutdownNow();
      }
    }
  }

  private void one(SyncPlan.Wanted file, Jail jail) {
    try {
      Path target = jail.target(file.path());
      Contents.Content content =
          contents.of(file, wrong -> fault("%s: %s".formatted(file.path(), wrong)));
      if (content.expected() instanceof Expected.Unverified
          ? looksThere(target, file)
          : remembered(target, file.sizeBytes(), content.expected())) {
        present.incrementAndGet();
        return;
      }
      Fetch fetch = engine.fetch(new FetchRequest(target, content.expected(), content.sources()));
      begun.accept(file.path(), fetch);
      Fetch.Result result = join(fetch);
      bytes.addAndGet(result.bytes());
      (result.bytes() == 0 && file.sizeBytes() > 0 ? present : synced).incrementAndGet();
    } catch (UserError e) {
      failed.incrementAndGet();
      errors.add("%s: %s".formatted(file.path(), line(e)));
    } catch (IOException e) {
      failed.incrementAndGet();
      errors.add("%s: %s".formatted(file.path(), e));
    } catch (InterruptedException e) {
      failed.incrementAndGet();
      errors.add("%s: broken off".formatted(file.path()));
    }
  }

  /// Whether the file is there, read before and not touched since; read now where it was not.
  private boolean remembered(Path target, long sizeBytes, Expected expected)
      throws IOException, InterruptedException {
    if (hasher.isEmpty()
        || !Files.isRegularFile(target, LinkOption.NOFOLLOW_LINKS)
        || Files.size(target) != sizeBytes) {
      return false;
    }
    HashedFile found = hasher.get().hash(target);
    return switch (expected) {
      case Expected.Pieces(Manifest manifest, _) -> found.id().equals(manifest.id());
      case Expected.Whole(Sha256 sha256) -> found.sha256().equals(sha256);
      case Expected.Unverified() -> false;
    };
  }

  /// Without any hash, size and time are all that can be compared.
  private static boolean looksThere(Path target, SyncPlan.Wanted file) throws IOException {
    return Files.isRegularFile(target)
        && Files.size(target) == file.sizeBytes()
        && Files.getLastModifiedTime(target).toMillis() >= file.modifiedMillis();
  }

  private static Fetch.Result join(Fetch fetch) throws InterruptedException {
    try {
      return fetch.result().get();
    } catch (InterruptedException e) {
      fetch.cancel();
      throw e;
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() instanceof CompletionException c ? c.getCause() : e.getCause();
      throw cause instanceof UserError known ? known : new IllegalStateException(cause);
    }
  }

  /// All of an error in one line.
  static String line(UserError e) {
    String line = e.because().isEmpty() ? e.what() : e.what() + ": " + e.because();
    return e.mend().isEmpty() ? line : line + "; to mend: " + e.mend();
  }
}
