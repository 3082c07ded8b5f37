package dev.ringrift.io.data.swarm;

import dev.ringrift.agent.data.Fetch;
import dev.ringrift.agent.data.FetchRequest;
import dev.ringrift.agent.data.FetchRequest.Expected;
import dev.ringrift.agent.data.Holding;
import dev.ringrift.agent.data.Source;
import dev.ringrift.core.UserError;
import dev.ringrift.core.data.Manifest;
import dev.ringrift.core.data.ObjectId;
import dev.ringrift.core.data.PieceLayout;
import dev.ringrift.core.data.Sha256;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// One file on its way: from the request to the name. `run` is its life, on one thread.
final class SwarmFetch implements Fetch, Runnable {
  static final int SOURCES_MAX = 256;

  private static final long TICK_MILLIS = 20;

  private final FetchRequest request;
  private final Path target;
  private final SwarmSettings settings;
  private final Executor threads;
  private final Map<ObjectId, Holding> holdings;
  private final CompletableFuture<Result> result = new CompletableFuture<>();
  private final List<SwarmSource> sources = new ArrayList<>();
  private final Map<SwarmSource, Thread> polls = new HashMap<>();
  private final long began = System.nanoTime();
  private volatile boolean cancelled;
  private volatile @Nullable Swarm swarm;
  private volatile @Nullable Wanted wanted;
  private volatile @Nullable Round round;

  SwarmFetch(
      FetchRequest request,
      SwarmSettings settings,
      Executor threads,
      Map<ObjectId, Holding> holdings) {
    this.request = request;
    this.target = request.target().toAbsolutePath().normalize();
    this.settings = settings;
    this.threads = threads;
    this.holdings = holdings;
    request.sources().forEach(this::meet);
  }

  @Override
  public CompletableFuture<Result> result() {
    return result;
  }

  @Override
  public Progress progress() {
    Swarm running = swarm;
    Wanted known = wanted;
    if (running == null || known == null) {
      List<Share> shares = shares();
      return new Progress(-1, shares.stream().mapToLong(Share::bytes).sum(), 0, 0, shares);
    }
    return new Progress(
        known.layout().sizeBytes(),
        running.doneBytes(),
        running.rate(),
        running.piecesLeft(),
        shares());
  }

  @Override
  public void add(Source source) {
    SwarmSource met = meet(source);
    Swarm running = swarm;
    if (running != null && met != null) {
      join(met, running);
    }
  }

  @Override
  public void cancel() {
    cancelled = true;
    Swarm running = swarm;
    if (running != null) {
      running.fail(cancellation());
    }
  }

  @Override
  public void run() {
    try {
      if (Wanted.already(target, request.expected())) {
        finished();
        return;
      }
      if (sources.isEmpty()) {
        throw new UserError("nothing to fetch %s from".formatted(target), "", "name a source");
      }
      try (PartFile part = PartFile.open(target)) {
        fetch(part);
      }
      finished();
    } catch (UserError e) {
      result.completeExceptionally(e);
    } catch (IOException e) {
      result.completeExceptionally(new UserError("cannot fetch " + target, Ways.reason(e), ""));
    } catch (InterruptedException e) {
      result.completeExceptionally(cancellation());
    } catch (RuntimeException | Error e) {
      result.completeExceptionally(e);
      throw e;
    } finally {
      sourcesNow().forEach(each -> each.asker().close());
    }
  }

  private void finished() {
    long bytes = shares().stream().mapToLong(Share::bytes).sum();
    Duration took = Duration.ofNanos(System.nanoTime() - began);
    result.complete(new Result(bytes, took, "swarm", shares()));
  }

  private void fetch(PartFile part) throws IOException, InterruptedException {
    List<SwarmSource> sizeless = new ArrayList<>();
    List<Round> rounds = rounds(sizeless);
    if (rounds.isEmpty()) {
      boolean there =
          new SizelessStream(part, request.expected(), threads, () -> cancelled).read(sizeless);
      if (!there) {
        throw cancelled ? cancellation() : hopeless("no source gave all of it");
      }
      return;
    }
    try {
      fetch(part, rounds);
    } catch (UserError e) {
      if (doneBytes() == 0 && rounds.getFirst().content().layout().sizeBytes() > 0) {
        part.delete(); // no use to anybody, and as large as the whole
      }
      throw e;
    }
  }

  private void fetch(PartFile part, List<Round> rounds) throws IOException, InterruptedException {
    boolean wrong = false;
    for (Round now : rounds) {
      if (wrong) {
        part.clear();
        now.sources().forEach(SwarmSource::again);
      }
      Optional<UserError> trouble = fetch(part, now);
      if (trouble.isEmpty()) {
        return;
      }
      if (!wrong && !trouble.get().what().equals(otherContent())) {
        throw trouble.get();
      }
      wrong = true;
    }
    part.delete();
    throw new UserError(
        otherContent(),
        troubles(),
        rounds.size() == 1
            ? "is the hash right, and is that source of the same file?"
            : "is the hash right? Each source was tried by itself too");
  }

  /// One round. Returns why there is no file; empty when it has its name.
  private Optional<UserError> fetch(PartFile part, Round now)
      throws IOException, InterruptedException {
    Wanted content = now.content();
    wanted = content;
    part.extend(content.layout().sizeBytes());
    Path list = PartFile.journalFor(target);
    try (PieceJournal journal = PieceJournal.open(list, content.key(), content.layout().count())) {
      Ground ground =
          new Ground(part, journal, content, threads, settings.connectionsMax(), holdings);
      try {
        ground.begin();
        begin(now, ground.swarm());
        Optional<UserError> trouble = drive(ground);
        return trouble.isPresent() ? trouble : ground.land(target).map(found -> other(now, found));
      } finally {
        stopPolls();
        ground.end();
      }
    }
  }

  private void begin(Round now, Swarm running) {
    synchronized (this) {
      round = now;
      swarm = running;
    }
    sourcesNow().forEach(each -> join(each, running));
  }

  private String otherContent() {
    return "what came for %s is not what was asked for".formatted(target.getFileName());
  }

  /// What all sources of a round gave together has another hash.
  private UserError other(Round now, Sha256 found) {
    String wanted = now.content().whole().map(Sha256::toString).orElse("what it should be");
    String trouble = "what came has the SHA-256 %s, not %s".formatted(found, wanted);
    if (now.sources().size() == 1) {
      now.sources().getFirst().ban(trouble);
    } else {
      now.sources().forEach(each -> each.trouble("with others: " + trouble));
    }
    return new UserError(otherContent(), trouble, "");
  }

  /// What to try: from the manifest, or from what the sources say.
  ///
  /// @param sizeless gets the sources that give the file, but do not say how large it is
  /// @return empty when there are only such
  private List<Round> rounds(List<SwarmSource> sizeless) {
    if (request.expected() instanceof Expected.Pieces(Manifest manifest, _)) {
      Wanted content = new Wanted(PieceLayout.of(manifest), request.expected(), "");
      return List.of(new Round(content, sourcesNow(), true));
    }
    List<SwarmSource> urls = sourcesNow().stream().filter(each -> !each.peer()).toList();
    List<Probe.Told> answers = Probe.ask(urls, threads);
    List<Probe.Told> told = answers.stream().filter(e -> e.sizeBytes().isPresent()).toList();
    if (told.isEmpty() && !answers.isEmpty()) {
      answers.forEach(each -> sizeless.add(each.source()));
      return List.of();
    }
    if (told.isEmpty()) {
      throw hopeless("no source says how large it is");
    }
    return Round.plan(request.expected(), told);
  }

  /// Returns why it does not come to its end; empty when it did.
  private Optional<UserError> drive(Ground ground) throws InterruptedException {
    Patience patience = new Patience(settings.patience(), System.nanoTime());
    while (!ground.swarm().complete()) {
      if (cancelled) {
        throw cancellation();
      }
      ground.swarm().tick();
      ground.stream();
      if (ground.deserted()) {
        return Optional.of(hopeless("every source has failed"));
      }
      if (patience.over(ground.mark(), System.nanoTime())) {
        return Optional.of(
            hopeless("nothing came for %d s".formatted(settings.patience().toSeconds())));
      }
      ground.swarm().await(TICK_MILLIS);
    }
    return Optional.empty();
  }

  private UserError hopeless(String what) {
    return new UserError(
        "cannot fetch %s: %s".formatted(target.getFileName(), what),
        troubles(),
        doneBytes() > 0
            ? "what has been verified is kept: name more sources and fetch again"
            : "are the addresses right, and is the file there? A server may also want a token");
  }

  private String troubles() {
    return sourcesNow().stream()
        .map(
            s -> s.source().label() + ": " + (s.trouble().isEmpty() ? "gave nothing" : s.trouble()))
        .collect(Collectors.joining("\n"));
  }

  private long doneBytes() {
    Swarm running = swarm;
    return running == null ? 0 : running.doneBytes();
  }

  private UserError cancellation() {
    return new UserError("the fetch of %s was cancelled".formatted(target), "", "");
  }

  // Sources.

  private synchronized @Nullable SwarmSource meet(Source source) {
    for (SwarmSource known : sources) {
      if (known.renew(source)) {
        return known.banned() ? null : known;
      }
    }
    if (sources.size() >= SOURCES_MAX) {
      return null;
    }
    Optional<ObjectId> id =
        request.expected() instanceof Expected.Pieces(Manifest manifest, _)
            ? Optional.of(manifest.id())
            : Optional.empty();
    SwarmSource met =
        new SwarmSource(sources.size(), source, id, new Ways(settings.proxy(), settings.tls()));
    sources.add(met);
    return met;
  }

  private synchronized List<SwarmSource> sourcesNow() {
    return List.copyOf(sources);
  }

  private List<Share> shares() {
    Swarm running = swarm;
    return sourcesNow().stream()
        .map(each -> each.share(running == null ? 0 : running.rate(each)))
        .toList();
  }

  private void join(SwarmSource source, Swarm running) {
    Round now = round;
    if (source.banned() || now == null || !(now.open() || now.sources().contains(source))) {
      return;
    }
    if (!(request.expected() instanceof Expected.Pieces(Manifest manifest, _))) {
      if (source.peer()) {
        source.trouble("a node is asked for content by its id, which is not known here");
      } else {
        if (!now.content().tag().isEmpty()) {
          source.tag(now.content().tag());
        }
        running.add(source);
      }
      return;
    }
    running.add(source);
    if (source.peer()) {
      HavePoll poll = new HavePoll(source, manifest.id(), manifest.pieceCount(), running);
      synchronized (this) {
        polls.compute(source, (_, old) -> old != null && old.isAlive() ? old : start(poll));
      }
    }
  }

  private static Thread start(HavePoll poll) {
    return Thread.ofVirtual().name("have").start(poll);
  }

  private synchronized void stopPolls() {
    polls.values().forEach(Thread::interrupt);
    polls.clear();
  }
}
