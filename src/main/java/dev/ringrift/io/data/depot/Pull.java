package dev.ringrift.io.data.depot;

import dev.ringrift.agent.data.CopyOrder;
import dev.ringrift.agent.data.Fetch;
import dev.ringrift.agent.data.FetchReport;
import dev.ringrift.agent.data.Source;
import dev.ringrift.core.UserError;
import dev.ringrift.core.data.ObjectId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One order to have a file, from its beginning to its end. Thread-safe.
final class Pull {
  private final CopyOrder order;
  private final Map<String, Source.Peer> sources = new LinkedHashMap<>();
  private @Nullable Fetch fetch;
  private FetchReport.State state = FetchReport.State.FETCHING;
  private String reason = "";
  private boolean cancelled;

  Pull(CopyOrder order) {
    this.order = order;
  }

  CopyOrder order() {
    return order;
  }

  ObjectId id() {
    return order.content().id();
  }

  synchronized FetchReport.State state() {
    return state;
  }

  synchronized boolean cancelled() {
    return cancelled;
  }

  synchronized List<Source.Peer> sources() {
    return List.copyOf(sources.values());
  }

  /// The same, once there is one.
  ///
  /// @return none when none was told in time
  synchronized List<Source.Peer> awaitSources(Duration longest) throws InterruptedException {
    long end = System.nanoTime() + longest.toNanos();
    while (sources.isEmpty() && !cancelled) {
      long left = end - System.nanoTime();
      if (left <= 0) {
        break;
      }
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
    return sources();
  }

  /// Can be fetched from these too.
  synchronized void add(List<Source.Peer> more) {
    for (Source.Peer source : more) {
      if (!source.equals(sources.put(source.label(), source)) && fetch != null) {
        fetch.add(source);
      }
    }
    notifyAll();
  }

  /// The engine has begun.
  synchronized void begun(Fetch running, List<Source.Peer> asked) {
    fetch = running;
    sources.values().stream().filter(source -> !asked.contains(source)).forEach(running::add);
    if (cancelled) {
      running.cancel();
    }
  }

  synchronized void done() {
    state = FetchReport.State.DONE;
    sources.clear();
  }

  synchronized void failed(UserError error) {
    state = FetchReport.State.FAILED;
    reason =
        error.because().isEmpty()
            ? error.what()
            : error.what() + ": " + error.because().replace('\n', ';');
  }

  synchronized void cancel() {
    cancelled = true;
    notifyAll();
    if (fetch != null) {
      fetch.cancel();
    }
  }

  synchronized FetchReport report() {
    Fetch.Progress progress =
        fetch == null ? new Fetch.Progress(-1, 0, 0, 0, List.of()) : fetch.progress();
    List<FetchReport.Given> given = new ArrayList<>();
    progress.sources().stream()
        .filter(share -> share.bytes() > 0)
        .sorted(Comparator.comparingLong(Fetch.Share::bytes).reversed())
        .forEach(share -> given.add(new FetchReport.Given(share.label(), share.bytes())));
    boolean whole = state == FetchReport.State.DONE;
    return new FetchReport(
        id(),
        order.name(),
        state,
        order.content().sizeBytes(),
        whole ? order.content().sizeBytes() : progress.doneBytes(),
        given.stream().mapToLong(FetchReport.Given::bytes).sum(),
        whole ? 0 : progress.bytesPerSecond(),
        given,
        reason);
  }
}
