package dev.ringrift.io.data.depot;

import dev.ringrift.agent.data.Fetch;
import dev.ringrift.agent.data.FetchEngine;
import dev.ringrift.agent.data.FetchRequest;
import dev.ringrift.agent.data.Holding;
import dev.ringrift.agent.data.Source;
import dev.ringrift.core.UserError;
import dev.ringrift.core.data.Manifest;
import dev.ringrift.core.data.ObjectId;
import dev.ringrift.io.data.files.FileStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/// Fetches by copying from the stores of other nodes on this machine, whole and at once.
final class CopyEngine implements FetchEngine, Manifests {
  final Map<String, FileStore> stores = new ConcurrentHashMap<>();

  /// From where was fetched, in order.
  final List<Source> asked = new CopyOnWriteArrayList<>();

  @Override
  public String method() {
    return "copy";
  }

  @Override
  public Manifest get(ObjectId id, Collection<Source.Peer> from) {
    return from.stream()
        .flatMap(source -> held(source, id).stream())
        .map(Holding::manifest)
        .findFirst()
        .orElseThrow(() -> new UserError("nobody gives the manifest", from.toString(), ""));
  }

  private Optional<Holding> held(Source source, ObjectId id) {
    FileStore store = stores.get(source.label());
    return store == null ? Optional.empty() : store.find(id);
  }

  @Override
  public Fetch fetch(FetchRequest request) {
    FetchRequest.Expected.Pieces pieces = (FetchRequest.Expected.Pieces) request.expected();
    Source source = request.sources().getFirst();
    asked.add(source);
    Path file = held(source, pieces.manifest().id()).orElseThrow().file();
    try {
      Files.createDirectories(request.target().getParent());
      Path part = request.target().resolveSibling(".part");
      Files.copy(file, part, StandardCopyOption.REPLACE_EXISTING);
      Files.move(part, request.target(), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    long bytes = pieces.manifest().sizeBytes();
    return new Done(new Fetch.Share(source.label(), bytes, 0, 0, 0, ""));
  }

  private record Done(Share share) implements Fetch {
    @Override
    public CompletableFuture<Result> result() {
      return CompletableFuture.completedFuture(
          new Result(share.bytes(), Duration.ZERO, "copy", List.of(share)));
    }

    @Override
    public Progress progress() {
      return new Progress(share.bytes(), share.bytes(), 0, 0, List.of(share));
    }

    @Override
    public void add(Source source) {}

    @Override
    public void cancel() {}
  }
}
