package dev.ringrift.io.ledger;

import dev.ringrift.agent.port.Ledger.Proposal;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.ledger.ClusterState;
import dev.ringrift.core.ledger.Command;
import dev.ringrift.core.ledger.Outcome;
import dev.ringrift.io.json.Json;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftPeerId;
import org.jspecify.annotations.Nullable;

/// The commands on their way into the log. Each is answered once. Thread-safe.
final class Proposals implements AutoCloseable {
  /// Most commands that wait for their answer; further ones are turned away.
  static final int IN_FLIGHT_MAX = 1_024;

  private final Supplier<LedgerServer> server;
  private final CommandCodec codec;
  private final Supplier<Duration> deadline;
  private final Semaphore room = new Semaphore(IN_FLIGHT_MAX);
  private final Map<Long, CompletableFuture<Proposal>> inFlight = new ConcurrentHashMap<>();
  private final AtomicLong numbers = new AtomicLong();
  // Ratis takes requests under its own lock, which it also holds while it changes its role: the
  // caller must not wait for that, and the order of the commands must be kept.
  private final ExecutorService queue =
      Executors.newSingleThreadExecutor(Thread.ofVirtual().name("ledger-proposals").factory());

  /// @param deadline after which it is left unclear what became of a command
  Proposals(Supplier<LedgerServer> server, CommandCodec codec, Supplier<Duration> deadline) {
    this.server = server;
    this.codec = codec;
    this.deadline = deadline;
  }

  void propose(Command command, Consumer<Proposal> done) {
    byte[] bytes = codec.bytes(command);
    if (bytes.length > RatisSettings.COMMAND_BYTES_MAX) {
      String reason =
          "the command has %,d bytes, more than %,d"
              .formatted(bytes.length, RatisSettings.COMMAND_BYTES_MAX);
      done.accept(new Proposal.Committed(0, new Outcome.Rejected(reason)));
      return;
    }
    Optional<String> notYet = notYet(command);
    if (notYet.isPresent()) {
      done.accept(new Proposal.Committed(0, new Outcome.Rejected(notYet.get())));
      return;
    }
    if (!room.tryAcquire()) {
      done.accept(
          new Proposal.Unclear("not proposed: %d commands wait already".formatted(IN_FLIGHT_MAX)));
      return;
    }
    CompletableFuture<Proposal> answer = new CompletableFuture<>();
    long number = numbers.incrementAndGet();
    inFlight.put(number, answer);
    var _ =
        answer.thenAccept(
            proposal -> {
              inFlight.remove(number);
              room.release();
              done.accept(proposal);
            });
    try {
      queue.execute(() -> submit(bytes, answer));
    } catch (RejectedExecutionException e) {
      answer.complete(new Proposal.NotLeader(Optional.empty()));
    }
  }

  /// A leader that is ready has applied all that was committed before it, a raise of the version
  /// too. Any other does not take the command anyhow.
  private Optional<String> notYet(Command command) {
    LedgerServer to = server.get();
    return to.ready()
        ? codec.known().notYet(command, to.machine().read(ClusterState::version))
        : Optional.empty();
  }

  private void submit(byte[] bytes, CompletableFuture<Proposal> answer) {
    LedgerServer to = server.get();
    long call = to.nextCall();
    var _ =
        to.write(call, bytes)
            .whenComplete(
                (reply, failure) -> {
                  boolean mayBeInLog = to.machine().mayBeInLog(call);
                  answer.complete(
                      reply != null && reply.isSuccess()
                          ? committed(reply)
                          : refused(to, reply, failure, mayBeInLog));
                });
    Duration within = deadline.get();
    answer.completeOnTimeout(
        new Proposal.Unclear("no majority confirmed it within " + within),
        within.toNanos(),
        TimeUnit.NANOSECONDS);
  }

  private static Proposal committed(RaftClientReply reply) {
    byte[] outcome = reply.getMessage().getContent().toByteArray();
    return new Proposal.Committed(reply.getLogIndex(), Json.read(outcome, Outcome.class));
  }

  private static Proposal refused(
      LedgerServer from,
      @Nullable RaftClientReply reply,
      @Nullable Throwable failure,
      boolean mayBeInLog) {
    if (!mayBeInLog) {
      return new Proposal.NotLeader(leader(from));
    }
    Object why = reply != null ? reply.getException() : failure;
    return new Proposal.Unclear("the lead was lost before it was confirmed: " + why);
  }

  private static Optional<NodeId> leader(LedgerServer from) {
    RaftPeerId leader = from.division().getInfo().getLeaderId();
    return leader == null || from.leads()
        ? Optional.empty()
        : Optional.of(PeerName.of(leader).node());
  }

  /// Answers all that still wait.
  @Override
  public void close() {
    queue.shutdownNow();
    inFlight
        .values()
        .forEach(answer -> answer.complete(new Proposal.Unclear("the ledger was closed")));
  }
}
