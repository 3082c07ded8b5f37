package dev.ringrift.io.data.depot;

import dev.ringrift.agent.data.CollectOrder;
import dev.ringrift.agent.data.Collected;
import dev.ringrift.agent.data.CopyOrder;
import dev.ringrift.agent.data.Depot;
import dev.ringrift.agent.data.Fetch;
import dev.ringrift.agent.data.FetchEngine;
import dev.ringrift.agent.data.FetchReport;
import dev.ringrift.agent.data.FetchRequest;
import dev.ringrift.agent.data.Holding;
import dev.ringrift.agent.data.SaveOrder;
import dev.ringrift.agent.data.Saved;
import dev.ringrift.agent.data.Source;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.UserError;
import dev.ringrift.core.data.DataName;
import dev.ringrift.core.data.Manifest;
import dev.ringrift.core.data.ObjectId;
import dev.ringrift.core.data.RelativePath;
import dev.ringrift.core.jobs.AttemptId;
import dev.ringrift.io.data.files.FileStore;
import dev.ringrift.io.data.files.Found;
import dev.ringrift.io.data.files.ServedFile;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The files of a node in its served folder. Fetches run on virtual threads, a few at a time; a
/// file appears under its name when it is whole and verified.
public final class NodeDepot implements Depot, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NodeDepot.class);
  private static final int RUNNING_MAX = 4;
  private static final Duration SOURCES_WITHIN = Duration.ofSeconds(30);

  private final FileStore store;
  private final FetchEngine engine;
  private final Manifests manifests;
  private final BiFunction<NodeId, ObjectId, Map<String, String>> headers;
  private final long budgetBytes;
  private final Collector collector;
  private final Savings savings;
  private final Copies copies;
  private final Map<String, Pull> pulls = new LinkedHashMap<>();
  private final Set<ObjectId> leaving = new HashSet<>();
  private final Semaphore turns = new Semaphore(RUNNING_MAX, true);
  private Set<ObjectId> lastIds = Set.of();
  private Set<ObjectId> lastWhole = Set.of();

  private NodeDepot(
      FileStore store,
      FetchEngine engine,
      Manifests manifests,
      BiFunction<NodeId, ObjectId, Map<String, String>> headers,
      long budgetBytes,
      Function<AttemptId, Path> workdirs,
      Path state,
      Copies copies) {
    this.collector = new Collector(store, workdirs, this::taken);
    this.savings = new Savings(store, workdirs, state.resolve("saving"), this::taken);
    this.store = store;
    this.engine = engine;
    this.manifests = manifests;
    this.headers = headers;
    this.budgetBytes = budgetBytes;
    this.copies = copies;
  }

  /// @param state a folder for what has to survive a restart
  /// @param headers what this node shows to another one to get a file from it; asked before each
  ///     request, so that a long fetch needs nobody who renews them
  /// @param budgetBytes how much the cluster's files may have here
  /// @param workdirs where an attempt runs that has a folder of its own
  /// @throws UserError when the folder cannot be used
  public static NodeDepot open(
      FileStore store,
      FetchEngine engine,
      Manifests manifests,
      Path state,
      BiFunction<NodeId, ObjectId, Map<String, String>> headers,
      long budgetBytes,
      Function<AttemptId, Path> workdirs) {
    try {
      Copies copies = Copies.open(state.resolve("copies.journal"));
      store.onRead(copies::used);
      return new NodeDepot(store, engine, manifests, headers, budgetBytes, workdirs, state, copies);
    } catch (IOException e) {
      throw new UserError(
          "cannot keep track of the cluster's files in " + state, e.toString(), "may you write?");
    }
  }

  @Override
  public void used(ObjectId id) {
    copies.used(id);
  }

  @Override
  public synchronized Set<ObjectId> whole() {
    Set<ObjectId> ids = store.ids();
    if (!ids.equals(lastIds)) {
      lastIds = ids;
      leaving.retainAll(ids);
      Set<ObjectId> found = new HashSet<>();
      ids.stream().filter(id -> !leaving.contains(id)).limit(HELD_MAX).forEach(found::add);
      lastWhole = Set.copyOf(found);
    }
    return lastWhole;
  }

  @Override
  public Optional<Path> file(ObjectId id) {
    return store.find(id).map(Holding::file);
  }

  @Override
  public void collect(CollectOrder order) {
    collector.collect(order);
  }

  @Override
  public List<Collected> collected() {
    return collector.collected();
  }

  @Override
  public void settled(AttemptId attempt) {
    collector.settled(attempt);
    savings.settled(attempt);
  }

  @Override
  public void save(List<SaveOrder> orders) {
    savings.save(orders);
  }

  @Override
  public List<Saved> saved() {
    return savings.saved();
  }

  @Override
  public synchronized List<FetchReport> fetches() {
    List<FetchReport> found = new ArrayList<>();
    pulls.values().forEach(pull -> found.addFirst(pull.report()));
    found.sort(Comparator.comparing(FetchReport::state));
    return List.copyOf(found.subList(0, Math.min(found.size(), FETCHES_MAX)));
  }

  @Override
  public List<Spare> spare() {
    List<Spare> all = copies.spare();
    return all.subList(0, Math.min(all.size(), SPARE_MAX));
  }

  @Override
  public long overBytes() {
    return Math.max(0, copies.spare().stream().mapToLong(Spare::sizeBytes).sum() - budgetBytes);
  }

  @Override
  public synchronized void fetch(CopyOrder order) {
    RelativePath name = name(order);
    Pull known = pulls.get(name.text());
    boolean same = known != null && known.id().equals(order.content().id());
    if (known != null && same && known.state() == FetchReport.State.FETCHING) {
      known.add(sources(order));
      return;
    }
    if (known != null && same && known.state() == FetchReport.State.DONE && holds(name, order)) {
      return;
    }
    if (known != null) {
      known.cancel();
    }
    Pull pull = new Pull(order);
    pull.add(sources(order));
    pulls.remove(name.text());
    pulls.put(name.text(), pull);
    forgetOldest();
    Thread.ofVirtual().name("pull " + name.text()).start(() -> run(pull, name));
  }

  private static RelativePath name(CopyOrder order) {
    return new RelativePath(
        order.name().isEmpty() ? DataName.OBJECTS + order.content().id() : order.name());
  }

  private boolean holds(RelativePath name, CopyOrder order) {
    return served(name).filter(file -> file.id().equals(order.content().id())).isPresent();
  }

  private Optional<ServedFile> served(RelativePath name) {
    return store
        .find(name)
        .flatMap(found -> found instanceof Found.File file ? file.known() : Optional.empty());
  }

  private List<Source.Peer> sources(CopyOrder order) {
    List<Source.Peer> found = new ArrayList<>();
    for (CopyOrder.At at : order.sources()) {
      found.add(
          new Source.Peer(
              URI.create(at.url()),
              at.node().value(),
              at.complete(),
              () -> headers.apply(at.node(), order.content().id())));
    }
    return found;
  }

  /// Ended ones make room for new ones.
  private void forgetOldest() {
    while (pulls.size() > FETCHES_MAX) {
      Optional<String> ended =
          pulls.entrySet().stream()
              .filter(each -> each.getValue().state() != FetchReport.State.FETCHING)
              .map(Map.Entry::getKey)
              .findFirst();
      if (ended.isEmpty()) {
        return;
      }
      pulls.remove(ended.get());
    }
  }

  private void run(Pull pull, RelativePath name) {
    try {
      turns.acquire();
      try {
        obtain(pull, name);
        pull.done();
      } finally {
        turns.release();
      }
    } catch (UserError e) {
      pull.failed(e);
    } catch (InterruptedException e) {
      pull.failed(new UserError("the node is stopping", "", ""));
    } catch (RuntimeException e) {
      LOG.error("fetching {} failed, which is a fault of this program", name, e);
      pull.failed(new UserError("a fault of the program", e.toString(), ""));
    }
  }

  private void obtain(Pull pull, RelativePath name) throws InterruptedException {
    Optional<Holding> here = store.find(pull.id());
    if (here.isPresent()) {
      serve(pull, name, here.get().file());
      return;
    }
    Path target = store.place(name);
    if (store.known(target).filter(pull.id()::equals).isPresent()) {
      serve(pull, name, target);
      return;
    }
    List<Source.Peer> asked = pull.awaitSources(SOURCES_WITHIN);
    Manifest manifest = manifests.get(pull.id(), asked);
    Fetch running =
        engine.fetch(
            new FetchRequest(
                target,
                new FetchRequest.Expected.Pieces(
                    manifest, Optional.of(pull.order().content().sha256())),
                List.copyOf(asked)));
    pull.begun(running, asked);
    try {
      running.result().join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof UserError known
          ? known
          : new UserError("the fetch failed", String.valueOf(e.getCause()), "");
    }
    // Its pieces are verified, and the ledger has the rest: it is not read once more for it.
    store.remember(target, manifest, pull.order().content().sha256());
    serve(pull, name, target);
  }

  private void serve(Pull pull, RelativePath name, Path file) throws InterruptedException {
    if (pull.cancelled()) {
      throw new UserError("it is no longer wanted", "", "");
    }
    ServedFile served = store.publish(name, file, read -> {});
    if (!served.id().equals(pull.id())) {
      throw new UserError(
          "%s is not what was to be fetched".formatted(name),
          "its id is %s".formatted(served.id()),
          "something wrote to it");
    }
    synchronized (this) {
      leaving.remove(pull.id());
      lastIds = Set.of();
    }
    copies.put(name, pull.id(), pull.order().content().sizeBytes());
  }

  /// Notes that a file was taken from this machine, so that it can be removed again.
  void taken(RelativePath name, ServedFile file) {
    synchronized (this) {
      leaving.remove(file.id());
      lastIds = Set.of();
    }
    copies.put(name, file.id(), file.manifest().sizeBytes());
  }

  @Override
  public void remove(ObjectId id) {
    List<RelativePath> names = copies.remove(id);
    synchronized (this) {
      pulls
          .values()
          .removeIf(
              pull -> {
                if (pull.id().equals(id)) {
                  pull.cancel();
                  return true;
                }
                return false;
              });
      if (!names.isEmpty()) {
        leaving.add(id);
        lastIds = Set.of();
      }
    }
    if (!names.isEmpty()) {
      Thread.ofVirtual().name("remove " + id).start(() -> names.forEach(this::removeFile));
    }
  }

  private void removeFile(RelativePath name) {
    try {
      store.remove(name);
    } catch (UserError e) {
      LOG.warn("{}", e.text());
    }
  }

  @Override
  public void close() throws IOException {
    synchronized (this) {
      pulls.values().forEach(Pull::cancel);
    }
    copies.close();
  }
}
