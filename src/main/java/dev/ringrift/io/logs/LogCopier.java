package dev.ringrift.io.logs;

import dev.ringrift.agent.port.Transport;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.jobs.AttemptId;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Copies to this voter the output that other voters have and it has not, so that the loss of one
/// voter loses no output. It asks each what changed there since it asked last, and goes on from
/// where its own copy ends; one that was wiped or is new asks from the beginning. On a thread of
/// its own.
public final class LogCopier implements AutoCloseable {
  /// Most bytes of one question.
  static final int PART_BYTES_MAX = 256 << 10;

  private static final Logger LOG = LoggerFactory.getLogger(LogCopier.class);
  private static final Duration DEADLINE = Duration.ofSeconds(10);
  private static final long PAUSE_NANOS_MAX = 30_000_000_000L;
  private static final byte[] NOTHING = new byte[0];

  private final NodeId self;
  private final LogStore store;
  private final Transport transport;
  private final Supplier<Collection<NodeId>> voters;
  private final Map<NodeId, Source> sources = new HashMap<>();
  private final Thread thread;

  /// Starts at once.
  ///
  /// @param voters those that may have output
  /// @param every how often they are asked
  public LogCopier(
      NodeId self,
      LogStore store,
      Transport transport,
      Supplier<Collection<NodeId>> voters,
      Duration every) {
    this.self = self;
    this.store = store;
    this.transport = transport;
    this.voters = voters;
    this.thread = Thread.ofVirtual().name("log-copier").start(() -> run(every));
  }

  @Override
  public void close() {
    thread.interrupt();
  }

  private void run(Duration every) {
    try {
      while (true) {
        if (!round()) {
          Thread.sleep(every);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closed
    }
  }

  /// Asks every voter once.
  ///
  /// @return whether one has more to list
  private boolean round() throws InterruptedException {
    boolean more = false;
    Collection<NodeId> asked = voters.get();
    sources.keySet().retainAll(asked);
    for (NodeId voter : asked) {
      Source source = sources.computeIfAbsent(voter, each -> new Source());
      boolean due = source.notBeforeNanos - System.nanoTime() <= 0;
      if (!voter.equals(self) && due && transport.connected().contains(voter)) {
        more |= copy(voter, source);
      }
    }
    return more;
  }

  private boolean copy(NodeId voter, Source source) throws InterruptedException {
    try {
      byte[] question = LogWire.join(new LogWire.Since(source.instance, source.number), NOTHING);
      LogHoldings news = LogWire.head(ask(voter, LogWire.LIST, question).get(), LogHoldings.class);
      for (LogHoldings.Held held : news.attempts()) {
        if (store.wants(held)) {
          for (LogHoldings.Extent extent : held.streams()) {
            copy(voter, held, extent);
          }
        }
      }
      source.instance = news.instance();
      source.number = news.next();
      source.pauseNanos = 0;
      return news.attempts().size() == LogHoldings.ATTEMPTS_MAX;
    } catch (ExecutionException | UncheckedIOException | IllegalArgumentException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      LOG.debug("output is not copied from {}: {}", voter, cause.toString());
      source.pauseNanos = Math.clamp(source.pauseNanos * 2, 500_000_000L, PAUSE_NANOS_MAX);
      source.notBeforeNanos = System.nanoTime() + source.pauseNanos;
      return false;
    }
  }

  /// Copies one stream as far as it was listed; what came since is listed again.
  private void copy(NodeId voter, LogHoldings.Held held, LogHoldings.Extent extent)
      throws ExecutionException, InterruptedException {
    AttemptId attempt = held.attempt();
    LogStream stream = extent.stream();
    LogHoldings.Extent here = store.extent(attempt, stream);
    long has = here.length();
    boolean ended = here.ended();
    while (has < extent.length() || (extent.ended() && !ended)) {
      LogWire.Read wanted = new LogWire.Read(attempt, stream, has, PART_BYTES_MAX);
      byte[] answer = ask(voter, LogWire.READ, LogWire.join(wanted, NOTHING)).get();
      LogWire.Found head = LogWire.head(answer, LogWire.Found.class);
      byte[] bytes = LogWire.bytes(answer);
      LogPart part = new LogPart(head.offset(), bytes, head.length(), head.ended());
      if (bytes.length == 0 && !(part.last() && part.offset() == has)) {
        return; // it no longer has what it listed
      }
      long at = held.endedMillis() > 0 ? held.endedMillis() : System.currentTimeMillis();
      has = store.append(attempt, stream, has, part.offset(), bytes, part.last(), at);
      if (has != part.next()) {
        return; // its node sends it here at the same time
      }
      ended = part.last();
    }
  }

  private CompletableFuture<byte[]> ask(NodeId voter, String channel, byte[] question) {
    return transport.request(voter, channel, question, DEADLINE);
  }

  /// How far one voter's list has been gone through.
  private static final class Source {
    private String instance = "";
    private long number;
    private long pauseNanos;
    private long notBeforeNanos = System.nanoTime();
  }
}
