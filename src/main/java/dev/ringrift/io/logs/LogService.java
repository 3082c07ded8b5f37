package dev.ringrift.io.logs;

import dev.ringrift.agent.port.Transport;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.Role;
import dev.ringrift.core.UserError;
import dev.ringrift.core.jobs.AttemptId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.BiPredicate;

/// A voter's logs on the links: takes output from the nodes that run the attempts, and gives it
/// to whoever may read, and to the other voters, which copy it (`LogCopier`). What is not here yet
/// a reader is given from the voter that its node reached. Thread-safe.
public final class LogService {
  /// Most bytes of one answer.
  public static final int PART_BYTES_MAX = 1 << 20;

  private static final Duration DEADLINE = Duration.ofSeconds(3);

  private final LogStore store;
  private final Transport transport;
  private final BiPredicate<NodeId, AttemptId> placed;

  /// @param placed whether an attempt is, or was, placed on a node: only then may it send output
  public LogService(LogStore store, Transport transport, BiPredicate<NodeId, AttemptId> placed) {
    this.store = store;
    this.transport = transport;
    this.placed = placed;
  }

  /// Registers the channels of `LogWire`; to be called before the first link opens.
  public void serve() {
    transport.serve(LogWire.APPEND, this::append);
    transport.serve(LogWire.READ, this::read);
    transport.serve(LogWire.LIST, this::list);
  }

  /// Reads from this voter, or where it has nothing at `offset`, from whoever of `voters` has.
  /// Blocks for at most a few seconds.
  ///
  /// @param voters to be asked too; those without a link are left out
  public LogPart read(
      AttemptId attempt, LogStream stream, long offset, int max, Collection<NodeId> voters)
      throws InterruptedException {
    LogPart best = store.read(attempt, stream, offset, Math.min(max, PART_BYTES_MAX));
    if (best.bytes().length > 0 && best.offset() == offset) {
      return best;
    }
    byte[] question = LogWire.join(new LogWire.Read(attempt, stream, offset, max), new byte[0]);
    List<CompletableFuture<byte[]>> answers = new ArrayList<>();
    for (NodeId voter : voters) {
      if (transport.connected().contains(voter)) {
        answers.add(transport.request(voter, LogWire.READ, question, DEADLINE));
      }
    }
    for (CompletableFuture<byte[]> answer : answers) {
      best = best.or(partOrNone(answer));
    }
    return best;
  }

  private static LogPart partOrNone(CompletableFuture<byte[]> answer) throws InterruptedException {
    try {
      byte[] message = answer.get();
      LogWire.Found head = LogWire.head(message, LogWire.Found.class);
      return new LogPart(head.offset(), LogWire.bytes(message), head.length(), head.ended());
    } catch (ExecutionException e) {
      return LogPart.NONE; // a voter that cannot answer is no reason to show nothing
    }
  }

  private byte[] append(Transport.Peer peer, byte[] body) {
    LogWire.Append head = LogWire.head(body, LogWire.Append.class);
    boolean runsJobs = peer.role() == Role.WORKER || peer.role() == Role.VOTER;
    if (!runsJobs || !placed.test(peer.node(), head.attempt())) {
      throw new UserError(
          "%s may not send output of attempt %s".formatted(peer.node(), head.attempt()),
          "the attempt is not placed on it, as far as this voter knows",
          "");
    }
    long length =
        store.append(
            head.attempt(),
            head.stream(),
            head.after(),
            head.offset(),
            LogWire.bytes(body),
            head.ended());
    return LogWire.join(new LogWire.Taken(length), new byte[0]);
  }

  private byte[] list(Transport.Peer peer, byte[] body) {
    if (peer.role() != Role.VOTER) {
      throw new UserError(
          "%s may not copy output".formatted(peer.node()), "only voters keep copies", "");
    }
    LogWire.Since since = LogWire.head(body, LogWire.Since.class);
    return LogWire.join(store.holdings(since.instance(), since.number()), new byte[0]);
  }

  private byte[] read(Transport.Peer peer, byte[] body) {
    if (peer.role() == Role.WORKER) {
      throw new UserError(
          "%s may not read output".formatted(peer.node()), "it is a worker", "ask from a voter");
    }
    LogWire.Read wanted = LogWire.head(body, LogWire.Read.class);
    int max = Math.clamp(wanted.max(), 0, PART_BYTES_MAX);
    LogPart part = store.read(wanted.attempt(), wanted.stream(), wanted.offset(), max);
    return LogWire.join(
        new LogWire.Found(part.offset(), part.length(), part.ended()), part.bytes());
  }
}
