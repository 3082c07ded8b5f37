package dev.ringrift.cli.node;

import dev.ringrift.agent.port.Ledger;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.jobs.AttemptId;
import dev.ringrift.io.api.LogSource;
import dev.ringrift.io.link.LinkTransport;
import dev.ringrift.io.logs.LogCopier;
import dev.ringrift.io.logs.LogPart;
import dev.ringrift.io.logs.LogService;
import dev.ringrift.io.logs.LogShipper;
import dev.ringrift.io.logs.LogStore;
import dev.ringrift.io.logs.LogStream;
import java.time.Duration;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/// Where the output of attempts goes and is read: every node ships what runs on it to a voter, and
/// voters keep it and copy it from each other.
///
/// @param source what this node's API reads
/// @param shipper sends this node's own
/// @param copier copies what other voters have, on a voter
record Output(LogSource source, LogShipper shipper, Optional<LogCopier> copier)
    implements AutoCloseable {
  private static final Duration LOOK_EVERY = Duration.ofMillis(250);
  private static final Duration COPY_EVERY = Duration.ofSeconds(1);

  /// @param voters who may have output beside this node
  static Output open(
      NodeFolder folder,
      NodeId self,
      LinkTransport transport,
      Optional<Ledger> ledger,
      Supplier<Collection<NodeId>> voters) {
    OwnOutput own = new OwnOutput(folder.path());
    if (ledger.isEmpty()) {
      LogShipper shipper =
          new LogShipper(folder.path(), self, transport, Optional.empty(), LOOK_EVERY);
      return new Output(own, shipper, Optional.empty());
    }
    LogStore store = new LogStore(folder.output());
    LogService service =
        new LogService(store, transport, (node, id) -> placed(ledger.get(), node, id));
    service.serve();
    LogSource source =
        (attempt, stream, offset, max, wait) ->
            read(store, service, voters, attempt, stream, offset, max, wait)
                .or(() -> own.read(attempt, stream, offset, max, wait));
    return new Output(
        source,
        new LogShipper(folder.path(), self, transport, Optional.of(store), LOOK_EVERY),
        Optional.of(new LogCopier(self, store, transport, voters, COPY_EVERY)));
  }

  @Override
  public void close() {
    shipper.close();
    copier.ifPresent(LogCopier::close);
  }

  private static boolean placed(Ledger ledger, NodeId node, AttemptId id) {
    return ledger.read(
        state ->
            state
                .task(id.task())
                .flatMap(task -> task.attempt(id.number()))
                .filter(attempt -> attempt.node().equals(node))
                .isPresent());
  }

  private static Optional<LogSource.Chunk> read(
      LogStore store,
      LogService service,
      Supplier<Collection<NodeId>> voters,
      AttemptId attempt,
      String stream,
      long offset,
      int max,
      Duration wait) {
    LogStream wanted = LogStream.valueOf(stream.toUpperCase(Locale.ROOT));
    long end = System.nanoTime() + wait.toNanos();
    try {
      while (true) {
        CompletableFuture<Void> more = store.more(attempt);
        LogPart part = service.read(attempt, wanted, offset, max, voters.get());
        long left = end - System.nanoTime();
        if (part.bytes().length > 0 || part.ended() || left <= 0) {
          return part.equals(LogPart.NONE)
              ? Optional.empty()
              : Optional.of(
                  new LogSource.Chunk(part.offset(), part.bytes(), part.length(), part.ended()));
        }
        await(more, Math.min(left, LOOK_EVERY.toNanos()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  private static void await(CompletableFuture<Void> more, long nanos) throws InterruptedException {
    try {
      more.get(nanos, TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      // another voter may have more by now
    } catch (ExecutionException e) {
      throw new IllegalStateException("waiting for output ended with an exception", e.getCause());
    }
  }
}
