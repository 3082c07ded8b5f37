package dev.ringrift.io.ledger;

import dev.ringrift.core.UserError;
import dev.ringrift.core.ledger.ClusterState;
import dev.ringrift.core.ledger.Command;
import dev.ringrift.core.ledger.Outcome;
import dev.ringrift.io.json.Json;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RoleInfoProto;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.util.LifeCycle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Applies committed commands to the state, and keeps it in snapshots.
///
/// Applying does not throw, since Ratis then closes for good, and on every voter at once: a command
/// that fails is answered as rejected, the same everywhere. Only what this program is too old for
/// stops it, because going on would make this voter's state another than that of the others.
final class LedgerMachine extends BaseStateMachine {
  private static final Logger LOG = LoggerFactory.getLogger(LedgerMachine.class);

  private final CommandCodec codec;
  private final SnapshotFolder snapshots = new SnapshotFolder();
  private final ReentrantLock lock = new ReentrantLock();
  private final Set<Long> begun = ConcurrentHashMap.newKeySet();
  private volatile Optional<String> failure = Optional.empty();
  private volatile Optional<UserError> outdated = Optional.empty();
  private volatile boolean dismissed;
  private ClusterState state = new ClusterState();

  LedgerMachine(CommandCodec codec) {
    this.codec = codec;
  }

  /// Runs `query` on the applied state.
  <T> T read(Function<ClusterState, T> query) {
    lock.lock();
    try {
      return query.apply(state);
    } finally {
      lock.unlock();
    }
  }

  /// What keeps this machine from going on, if anything does.
  Optional<String> failure() {
    return failure;
  }

  /// That this program is too old to go on; opening the ledger again does not help.
  Optional<UserError> outdated() {
    return outdated;
  }

  /// Whether the other voters told this one that it is none of them any more.
  boolean dismissed() {
    return dismissed;
  }

  /// Whether the request with this number may have come into the log. Ratis answers "not the
  /// leader" both to a request that it never took and to one that it had taken when it lost the
  /// lead, which may yet be committed; it begins a transaction only for the second.
  boolean mayBeInLog(long callId) {
    return begun.remove(callId);
  }

  @Override
  public TransactionContext startTransaction(RaftClientRequest request) throws IOException {
    begun.add(request.getCallId());
    return super.startTransaction(request);
  }

  @Override
  public void initialize(RaftServer server, RaftGroupId group, RaftStorage storage)
      throws IOException {
    super.initialize(server, group, storage);
    snapshots.init(storage);
    getLifeCycle().startAndTransition(() -> restore(snapshots.scan()), IOException.class);
  }

  @Override
  public void pause() {
    getLifeCycle().transition(LifeCycle.State.PAUSING);
    getLifeCycle().transition(LifeCycle.State.PAUSED);
  }

  /// Takes over a snapshot that the leader sent. It is on disk before it counts as applied.
  @Override
  public void reinitialize() throws IOException {
    List<SnapshotFile> found = snapshots.scan();
    if (!found.isEmpty()) {
      Disk.sync(found.getFirst().path());
      Disk.sync(snapshots.path());
    }
    restore(found);
    if (getLifeCycleState() == LifeCycle.State.PAUSED) {
      getLifeCycle().transition(LifeCycle.State.STARTING);
      getLifeCycle().transition(LifeCycle.State.RUNNING);
    }
  }

  private void restore(List<SnapshotFile> found) throws IOException {
    if (found.isEmpty()) {
      return;
    }
    SnapshotFile newest = found.getFirst();
    ClusterState restored = ClusterState.restore(whole(() -> newest.read(codec)));
    lock.lock();
    try {
      state = restored;
      setLastAppliedTermIndex(TermIndex.valueOf(newest.term(), newest.index()));
    } finally {
      lock.unlock();
    }
  }

  @Override
  public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
    LogEntryProto entry = transaction.getLogEntry();
    byte[] bytes = entry.getStateMachineLogEntry().getLogData().toByteArray();
    String where = "entry " + entry.getIndex();
    Command command = whole(() -> codec.read(bytes, where));
    Outcome outcome;
    lock.lock();
    try {
      outcome = apply(state, command);
      int version = state.version();
      whole(
          () -> {
            codec.check(version, where);
            return version;
          });
      updateLastAppliedTermIndex(entry.getTerm(), entry.getIndex());
    } finally {
      lock.unlock();
    }
    return CompletableFuture.completedFuture(
        Message.valueOf(ByteString.copyFrom(Json.bytes(outcome))));
  }

  /// Reads what this program may be too old for, and remembers if it is.
  private <T, E extends Exception> T whole(Reading<T, E> reading) throws E {
    try {
      return reading.read();
    } catch (UserError e) {
      outdated = Optional.of(e);
      failure = Optional.of(e.text());
      throw e;
    }
  }

  private interface Reading<T, E extends Exception> {
    T read() throws E;
  }

  static Outcome apply(ClusterState state, Command command) {
    try {
      return state.apply(command);
    } catch (RuntimeException e) {
      LOG.error("a command failed, which is a fault of this program: {}", command, e);
      return new Outcome.Rejected("a fault of the program: " + e);
    }
  }

  @Override
  public long takeSnapshot() throws IOException {
    ClusterState.Image image;
    TermIndex at;
    lock.lock();
    try {
      at = getLastAppliedTermIndex();
      image = state.image();
    } finally {
      lock.unlock();
    }
    snapshots.wrote(SnapshotFile.write(snapshots.path(), at.getTerm(), at.getIndex(), image));
    return at.getIndex();
  }

  @Override
  public SnapshotFolder getStateMachineStorage() {
    return snapshots;
  }

  @Override
  public void notifyLogFailed(Throwable cause, LogEntryProto entry) {
    failure = Optional.of("the log cannot be written: " + cause);
  }

  @Override
  public void notifyServerShutdown(RoleInfoProto role, boolean allServer) {
    if (!allServer) {
      dismissed = true;
    }
  }
}
