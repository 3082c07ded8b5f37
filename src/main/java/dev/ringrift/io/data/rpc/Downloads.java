package dev.ringrift.io.data.rpc;

import dev.ringrift.agent.data.Fetch;
import dev.ringrift.agent.data.FetchEngine;
import dev.ringrift.core.UserError;
import dev.ringrift.io.data.rpc.Download.State;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;

/// The downloads of this node in the order in which they came, of which some run at a time.
/// Thread-safe.
final class Downloads implements AutoCloseable {
  /// Most that wait, run or are paused; one more is refused.
  static final int OPEN_MAX = 1_000;

  /// Most that have stopped; the oldest are forgotten.
  static final int STOPPED_MAX = 1_000;

  /// Most sources of one.
  static final int URIS_MAX = 64;

  private final FetchEngine engine;
  private final int activeMax;
  private final Map<String, Download> all = new LinkedHashMap<>();
  private final List<BiConsumer<String, String>> listeners = new CopyOnWriteArrayList<>();
  private long stoppedTotal;

  /// @param activeMax how many run at a time
  Downloads(FetchEngine engine, int activeMax) {
    this.engine = engine;
    this.activeMax = activeMax;
  }

  /// Tells `listener` of each event from now on: its name, as `onDownloadStart`, and the gid.
  void listen(BiConsumer<String, String> listener) {
    listeners.add(listener);
  }

  /// Adds one.
  ///
  /// @param paused whether it waits until it is unpaused
  synchronized void add(String gid, Wanted wanted, boolean paused) {
    if (all.values().stream().filter(one -> !one.state().stopped()).count() >= OPEN_MAX) {
      throw RpcError.refused("%d downloads are open, and that is the most".formatted(OPEN_MAX));
    }
    if (all.containsKey(gid)) {
      throw RpcError.refused("GID %s is already used.".formatted(gid));
    }
    boolean taken =
        all.values().stream()
            .anyMatch(
                one -> !one.state().stopped() && one.wanted().target().equals(wanted.target()));
    if (taken) {
      throw RpcError.refused("another download writes %s".formatted(wanted.target()));
    }
    Download download = new Download(gid, checked(wanted));
    all.put(gid, download);
    if (paused) {
      download.become(State.PAUSED, "");
    }
    beginMore();
  }

  private static Wanted checked(Wanted wanted) {
    if (wanted.uris().isEmpty()) {
      throw RpcError.refused("URI is not provided.");
    }
    if (wanted.uris().size() > URIS_MAX) {
      throw RpcError.refused("more than %d URIs".formatted(URIS_MAX));
    }
    return wanted;
  }

  synchronized Download find(String gid) {
    Download download = all.get(gid);
    if (download == null) {
      throw RpcError.refused("GID %s is not found".formatted(gid));
    }
    return download;
  }

  /// Those in one of these states, in order.
  synchronized List<Download> in(State... states) {
    List<State> wanted = List.of(states);
    return all.values().stream().filter(one -> wanted.contains(one.state())).toList();
  }

  /// How many have stopped since the start.
  synchronized long stoppedTotal() {
    return stoppedTotal;
  }

  synchronized void pause(String gid) {
    Download download = find(gid);
    if (download.state() != State.ACTIVE && download.state() != State.WAITING) {
      throw RpcError.refused("GID#%s cannot be paused now".formatted(gid));
    }
    become(download, State.PAUSED, "", "onDownloadPause");
  }

  synchronized void unpause(String gid) {
    Download download = find(gid);
    if (download.state() != State.PAUSED) {
      throw RpcError.refused("GID#%s cannot be unpaused now".formatted(gid));
    }
    download.become(State.WAITING, "");
    beginMore();
  }

  synchronized void remove(String gid) {
    Download download = find(gid);
    if (download.state().stopped()) {
      throw RpcError.refused("Active Download not found for GID#%s".formatted(gid));
    }
    become(download, State.REMOVED, "", "onDownloadStop");
  }

  /// Takes sources away and adds others; returns how many of each.
  synchronized List<Integer> changeUris(String gid, List<URI> less, List<URI> more) {
    Download download = find(gid);
    if (download.state().stopped()) {
      throw RpcError.refused("Cannot change URIs of GID#%s: it has stopped".formatted(gid));
    }
    LinkedHashSet<URI> now = new LinkedHashSet<>(download.wanted().uris());
    int before = now.size();
    less.forEach(now::remove);
    int left = now.size();
    now.addAll(more);
    Wanted changed = checked(download.wanted().with(new ArrayList<>(now)));
    download.want(changed);
    if (download.state() == State.ACTIVE && left < before) {
      restart(download); // a source cannot be taken from a fetch
    } else {
      download
          .fetch()
          .filter(fetch -> download.state() == State.ACTIVE)
          .ifPresent(fetch -> more.forEach(uri -> fetch.add(changed.source(uri))));
    }
    return List.of(before - left, now.size() - left);
  }

  /// Forgets one that has stopped.
  synchronized void forget(String gid) {
    if (!find(gid).state().stopped()) {
      throw RpcError.refused("Could not remove download result of GID#%s".formatted(gid));
    }
    all.remove(gid);
  }

  /// Forgets all that have stopped.
  synchronized void forgetStopped() {
    all.values().removeIf(one -> one.state().stopped());
  }

  /// The next fetch begins when this one has let go, and goes on from what is verified.
  private void restart(Download download) {
    Fetch old = download.fetch().orElseThrow();
    download.become(State.WAITING, "");
    old.cancel();
    beginMore();
  }

  private void become(Download download, State state, String trouble, String event) {
    Optional<Fetch> running = download.fetch().filter(f -> download.state() == State.ACTIVE);
    download.become(state, trouble);
    running.ifPresent(Fetch::cancel);
    if (state.stopped()) {
      stoppedTotal++;
      dropOldest();
    }
    tell(event, download.gid());
    beginMore();
  }

  private void dropOldest() {
    List<Download> stopped = in(State.COMPLETE, State.ERROR, State.REMOVED);
    stopped.stream()
        .limit(Math.max(0, stopped.size() - STOPPED_MAX))
        .forEach(one -> all.remove(one.gid()));
  }

  private void beginMore() {
    for (Download next : in(State.WAITING)) {
      if (in(State.ACTIVE).size() >= activeMax) {
        return;
      }
      if (next.state() == State.WAITING) { // a fetch that ended at once may have begun others
        begin(next);
      }
    }
  }

  private void begin(Download next) {
    Optional<Fetch> lettingGo = next.fetch().filter(old -> !old.result().isDone());
    if (lettingGo.isPresent()) {
      // Two fetches must not write one file.
      var _ = lettingGo.get().result().whenComplete((result, error) -> again());
      return;
    }
    Fetch fetch = engine.fetch(next.wanted().request());
    next.begin(fetch);
    tell("onDownloadStart", next.gid());
    var _ = fetch.result().whenComplete((result, error) -> ended(next, fetch, error));
  }

  private synchronized void again() {
    beginMore();
  }

  private synchronized void ended(Download download, Fetch fetch, Throwable error) {
    if (download.state() != State.ACTIVE || !download.fetch().equals(Optional.of(fetch))) {
      return; // paused, removed or begun again meanwhile
    }
    if (error == null) {
      become(download, State.COMPLETE, "", "onDownloadComplete");
    } else {
      become(download, State.ERROR, reason(error), "onDownloadError");
    }
  }

  private static String reason(Throwable error) {
    Throwable cause = error instanceof CompletionException ? error.getCause() : error;
    return cause instanceof UserError known
        ? (known.what() + ": " + known.because()).replaceFirst(": $", "")
        : String.valueOf(cause);
  }

  private void tell(String event, String gid) {
    listeners.forEach(listener -> listener.accept(event, gid));
  }

  /// Ends all that run; what they verified stays.
  @Override
  public synchronized void close() {
    in(State.ACTIVE).forEach(one -> one.fetch().ifPresent(Fetch::cancel));
    all.clear();
  }
}
