package dev.ringrift.io.logs;

import dev.ringrift.agent.port.Transport;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.jobs.AttemptId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sends what attempts print to a voter as it comes. The voter answers how much it has, and the
/// shipper goes on from there, so that another voter gets all of it. An attempt whose output is
/// with a voter whole is marked `shipped` in its folder: the keeper may then remove it once it
/// is forgotten. On a thread of its own. Thread-safe.
public final class LogShipper implements AutoCloseable {
  /// Most bytes of one message.
  public static final int CHUNK_BYTES_MAX = 64 << 10;

  /// Chunks of one stream before the next has its turn.
  private static final int CHUNKS_A_TURN = 16;

  private static final String SHIPPED = "shipped";
  private static final Logger LOG = LoggerFactory.getLogger(LogShipper.class);
  private static final Duration DEADLINE = Duration.ofSeconds(10);
  private static final long PAUSE_NANOS_MAX = 30_000_000_000L;

  private final Path attempts;
  private final NodeId self;
  private final Transport transport;
  private final Optional<LogStore> own;
  private final long lookMillis;
  private final BlockingQueue<Boolean> wake = new ArrayBlockingQueue<>(1);
  private final Map<AttemptId, Sent> sent = new HashMap<>();
  private final Thread thread;
  private volatile Optional<NodeId> target = Optional.empty();

  /// Starts at once; sends nothing before it has a `target`.
  ///
  /// @param data the node's data folder
  /// @param own this node's store where it is a voter itself
  /// @param look how often the files are looked at
  public LogShipper(
      Path data, NodeId self, Transport transport, Optional<LogStore> own, Duration look) {
    this.attempts = data.resolve("attempts");
    this.self = self;
    this.transport = transport;
    this.own = own;
    this.lookMillis = look.toMillis();
    this.thread = Thread.ofVirtual().name("log-shipper").start(this::run);
  }

  /// Sets the voter that gets the output from now on, all of it; returns at once.
  public void target(Optional<NodeId> voter) {
    if (!voter.equals(target)) {
      target = voter;
      wake.offer(true);
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }

  private void run() {
    Optional<NodeId> last = Optional.empty();
    try {
      while (true) {
        Optional<NodeId> now = target;
        if (!now.equals(last)) {
          sent.clear();
          last = now;
        }
        if (now.isEmpty() || !round(now.get())) {
          wake.poll(lookMillis, TimeUnit.MILLISECONDS);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closed
    }
  }

  /// Looks at every attempt once.
  ///
  /// @return whether there is more to send now
  private boolean round(NodeId voter) throws InterruptedException {
    boolean more = false;
    Map<AttemptId, Path> folders = folders();
    sent.keySet().retainAll(folders.keySet());
    for (Map.Entry<AttemptId, Path> each : folders.entrySet()) {
      Sent state = sent.computeIfAbsent(each.getKey(), id -> new Sent());
      if (state.done() || state.notBeforeNanos - System.nanoTime() > 0) {
        continue;
      }
      try {
        for (LogStream stream : LogStream.values()) {
          more |= ship(voter, each.getKey(), new Tail(each.getValue(), stream), state);
        }
        state.pauseNanos = 0;
        if (state.done() && !Files.exists(each.getValue().resolve(SHIPPED))) {
          Files.createFile(each.getValue().resolve(SHIPPED));
        }
      } catch (ExecutionException | IOException | UncheckedIOException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        LOG.debug("output of {} does not reach {}: {}", each.getKey(), voter, cause.toString());
        state.pauseNanos = Math.clamp(state.pauseNanos * 2, 500_000_000L, PAUSE_NANOS_MAX);
        state.notBeforeNanos = System.nanoTime() + state.pauseNanos;
      }
      if (!target.equals(Optional.of(voter))) {
        return true;
      }
    }
    return more;
  }

  private boolean ship(NodeId voter, AttemptId attempt, Tail tail, Sent state)
      throws ExecutionException, IOException, InterruptedException {
    LogStream stream = tail.stream();
    for (int i = 0; i < CHUNKS_A_TURN && !state.done(stream); i++) {
      Long has = state.lengths.get(stream);
      if (has == null) {
        // How much it has is not known: an empty message asks.
        byte[] nothing = new byte[0];
        has = send(voter, new LogWire.Append(attempt, stream, 0, 0, false), nothing);
      }
      Tail.Piece piece = tail.read(has, CHUNK_BYTES_MAX);
      if (piece.bytes().length == 0 && piece.offset() == has && !piece.last()) {
        state.lengths.put(stream, has);
        return false;
      }
      var head = new LogWire.Append(attempt, stream, has, piece.offset(), piece.last());
      long length = send(voter, head, piece.bytes());
      state.lengths.put(stream, length);
      if (piece.last() && length == piece.offset() + piece.bytes().length) {
        state.ends.put(stream, true);
      }
    }
    return !state.done(stream);
  }

  private long send(NodeId voter, LogWire.Append head, byte[] bytes)
      throws ExecutionException, InterruptedException {
    if (voter.equals(self) && own.isPresent()) {
      return own.get()
          .append(head.attempt(), head.stream(), head.after(), head.offset(), bytes, head.ended());
    }
    byte[] answer =
        transport.request(voter, LogWire.APPEND, LogWire.join(head, bytes), DEADLINE).get();
    return LogWire.head(answer, LogWire.Taken.class).length();
  }

  private Map<AttemptId, Path> folders() {
    Map<AttemptId, Path> found = new HashMap<>();
    if (!Files.isDirectory(attempts)) {
      return found;
    }
    try (DirectoryStream<Path> all = Files.newDirectoryStream(attempts, "[0-9]*.[0-9]*.[0-9]*")) {
      for (Path folder : all) {
        found.put(AttemptId.parse(folder.getFileName().toString()), folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(attempts + " cannot be read", e);
    }
    return found;
  }

  /// What the voter has of one attempt.
  private static final class Sent {
    private final Map<LogStream, Long> lengths = new EnumMap<>(LogStream.class);
    private final Map<LogStream, Boolean> ends = new EnumMap<>(LogStream.class);
    private long pauseNanos;
    private long notBeforeNanos = System.nanoTime();

    boolean done(LogStream stream) {
      return ends.containsKey(stream);
    }

    boolean done() {
      return List.of(LogStream.values()).stream().allMatch(this::done);
    }
  }
}
