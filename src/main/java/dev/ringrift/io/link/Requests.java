package dev.ringrift.io.link;

import dev.ringrift.agent.port.Transport.TransportException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The requests of one link that wait for their answers. Each is completed exactly once, on a
/// virtual thread, so that what hangs on it cannot hold up the link. Thread-safe.
final class Requests {
  /// Most requests of a link that wait for their answers.
  static final int IN_FLIGHT_MAX = Delivery.REQUESTS_MAX;

  private final ScheduledExecutorService timer;
  private final Map<Long, Waiting> waiting = new HashMap<>();
  private @Nullable String over;

  Requests(ScheduledExecutorService timer) {
    this.timer = timer;
  }

  private record Waiting(CompletableFuture<byte[]> answer, Future<?> alarm) {}

  /// Begins to wait for the answer to message `id`.
  CompletableFuture<byte[]> begin(long id, Duration deadline, String what) {
    CompletableFuture<byte[]> answer = new CompletableFuture<>();
    synchronized (this) {
      if (over != null) {
        return CompletableFuture.failedFuture(new TransportException(over));
      }
      if (waiting.size() >= IN_FLIGHT_MAX) {
        return CompletableFuture.failedFuture(
            new TransportException("%s: %d requests are in flight".formatted(what, IN_FLIGHT_MAX)));
      }
      Future<?> alarm =
          timer.schedule(
              () -> fail(id, "%s: no answer within %d ms".formatted(what, deadline.toMillis())),
              deadline.toNanos(),
              TimeUnit.NANOSECONDS);
      waiting.put(id, new Waiting(answer, alarm));
    }
    return answer;
  }

  void answer(long id, byte[] body) {
    Waiting done = remove(id);
    if (done != null) {
      Thread.startVirtualThread(() -> done.answer.complete(body));
    }
  }

  void fail(long id, String reason) {
    Waiting done = remove(id);
    if (done != null) {
      fail(done, reason);
    }
  }

  /// Fails all, and those to come: the link is closed.
  void failAll(String reason) {
    Map<Long, Waiting> left;
    synchronized (this) {
      over = reason;
      left = Map.copyOf(waiting);
      waiting.clear();
    }
    left.values()
        .forEach(
            done -> {
              done.alarm.cancel(false);
              fail(done, reason);
            });
  }

  private static void fail(Waiting done, String reason) {
    Thread.startVirtualThread(
        () -> done.answer.completeExceptionally(new TransportException(reason)));
  }

  private synchronized @Nullable Waiting remove(long id) {
    Waiting done = waiting.remove(id);
    if (done != null) {
      done.alarm.cancel(false);
    }
    return done;
  }
}
