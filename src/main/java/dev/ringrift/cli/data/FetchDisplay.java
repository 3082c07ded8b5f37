package dev.ringrift.cli.data;

import dev.ringrift.agent.data.Fetch;
import dev.ringrift.agent.data.Fetch.Progress;
import dev.ringrift.agent.data.Fetch.Share;
import dev.ringrift.cli.ProgressLine;
import dev.ringrift.cli.Shell;
import dev.ringrift.cli.Sizes;
import dev.ringrift.cli.Spans;
import dev.ringrift.core.Count;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/// Shows fetches while they run: on a terminal one line that changes, and one line for each that
/// has ended; elsewhere only the latter.
final class FetchDisplay {
  private static final Duration EVERY = Duration.ofMillis(200);
  private static final int BAR_LENGTH = 20;

  private final Shell shell;
  private final boolean quiet;
  private final ConcurrentLinkedQueue<Named> begun = new ConcurrentLinkedQueue<>();

  private record Named(String name, Fetch fetch) {}

  /// @param quiet whether nothing is to be shown
  FetchDisplay(Shell shell, boolean quiet) {
    this.shell = shell;
    this.quiet = quiet;
  }

  /// One more; from any thread.
  void add(String name, Fetch fetch) {
    begun.add(new Named(name, fetch));
  }

  /// Shows them until `done` is.
  void until(Future<?> done) {
    ProgressLine line = new ProgressLine(shell);
    Map<Fetch, String> running = new LinkedHashMap<>();
    boolean last = false;
    while (true) {
      for (Named next = begun.poll(); next != null; next = begun.poll()) {
        running.put(next.fetch(), next.name());
      }
      for (Map.Entry<Fetch, String> each : List.copyOf(running.entrySet())) {
        if (each.getKey().result().isDone()) {
          running.remove(each.getKey());
          line.clear();
          ended(each.getValue(), each.getKey());
        }
      }
      if (last) {
        line.clear();
        return;
      }
      if (!quiet && !running.isEmpty()) {
        line.show(bar(running));
      }
      last = awaited(done);
    }
  }

  /// Waits a little; whether it is done.
  private static boolean awaited(Future<?> done) {
    try {
      done.get(EVERY.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      return true; // who asked for it says why
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  private static String bar(Map<Fetch, String> running) {
    List<Progress> all = running.keySet().stream().map(Fetch::progress).toList();
    long size = all.stream().mapToLong(one -> Math.max(0, one.sizeBytes())).sum();
    long done = all.stream().mapToLong(Progress::doneBytes).sum();
    long rate = all.stream().mapToLong(Progress::bytesPerSecond).sum();
    long pieces = all.stream().mapToLong(Progress::piecesLeft).sum();
    long sources =
        all.stream()
            .flatMap(one -> one.sources().stream())
            .filter(s -> s.connections() > 0)
            .count();
    int full = size > 0 ? Math.clamp(BAR_LENGTH * done / size, 0, BAR_LENGTH) : 0;
    String what =
        running.size() == 1 ? running.values().iterator().next() : running.size() + " files";
    String left =
        rate > 0 && size > done
            ? ", %s left".formatted(Spans.text((size - done) * 1000 / rate))
            : "";
    return "%s [%s%s] %s of %s, %s/s from %s, %s left%s"
        .formatted(
            what,
            "#".repeat(full),
            ".".repeat(BAR_LENGTH - full),
            Sizes.text(done),
            size > 0 ? Sizes.text(size) : "?",
            Sizes.text(rate),
            Count.of(sources, "source"),
            Count.of(pieces, "piece"),
            left);
  }

  private void ended(String name, Fetch fetch) {
    if (quiet || fetch.result().isCompletedExceptionally()) {
      return; // the command says why
    }
    Fetch.Result result = fetch.result().join();
    if (result.bytes() == 0) {
      shell.say("%s  here already".formatted(name));
      return;
    }
    long millis = Math.max(1, result.duration().toMillis());
    shell.say(
        "%s  %s in %s, %s/s by %s: %s"
            .formatted(
                name,
                Sizes.text(result.bytes()),
                Spans.text(millis),
                Sizes.text(result.bytes() * 1000 / millis),
                result.method(),
                shares(result.sources())));
  }

  /// As `gpu-1:8766 120 MiB, gpu-2:8766 nothing (it answers 404)`.
  static String shares(List<Share> shares) {
    return shares.stream()
        .map(
            share ->
                "%s %s%s"
                    .formatted(
                        share.label(),
                        share.bytes() == 0 ? "nothing" : Sizes.text(share.bytes()),
                        share.trouble().isEmpty() ? "" : " (%s)".formatted(share.trouble())))
        .collect(Collectors.joining(", "));
  }
}
