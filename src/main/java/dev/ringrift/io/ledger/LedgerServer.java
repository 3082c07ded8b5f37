package dev.ringrift.io.ledger;

import dev.ringrift.agent.port.Ledger.Progress;
import dev.ringrift.agent.port.Ledger.Standing;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.election.ElectionTimings;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.SetConfigurationRequest;
import org.apache.ratis.protocol.TransferLeadershipRequest;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftConfiguration;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.storage.RaftStorage.StartupOption;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.util.LifeCycle;

/// One opened Ratis server with the only group that it has. It cannot be opened again after it has
/// closed, which Ratis also does by itself. Thread-safe.
final class LedgerServer {
  private static final Set<LifeCycle.State> CLOSED =
      EnumSet.of(LifeCycle.State.CLOSED, LifeCycle.State.EXCEPTION, LifeCycle.State.NEW);

  private static final Duration CLOSING_MAX = Duration.ofSeconds(30);

  private final LedgerFolder folder;
  private final RaftServer server;
  private final RaftServer.Division division;
  private final LedgerMachine machine;
  private final LinkRpc rpc;
  private final ElectionTimings timings;
  private final Heartbeats heartbeats;
  private final ClientId client = ClientId.randomId();
  private final AtomicLong calls = new AtomicLong(1);

  private LedgerServer(
      LedgerFolder folder,
      RaftServer server,
      RaftServer.Division division,
      LedgerMachine machine,
      LinkRpc rpc,
      ElectionTimings timings) {
    this.folder = folder;
    this.server = server;
    this.division = division;
    this.machine = machine;
    this.rpc = rpc;
    this.timings = timings;
    this.heartbeats = new Heartbeats(division, rpc, timings);
  }

  /// Opens the server of `folder`, formatting it only when it is being born.
  static LedgerServer open(
      LedgerFolder folder,
      boolean format,
      ElectionTimings timings,
      long snapshotEvery,
      CommandCodec codec,
      LinkRpc rpc)
      throws IOException {
    LedgerMachine machine = new LedgerMachine(codec);
    RaftServer server =
        RaftServer.newBuilder()
            .setServerId(folder.self().peerId())
            .setGroup(folder.firstGroup())
            .setOption(format ? StartupOption.FORMAT : StartupOption.RECOVER)
            .setStateMachine(machine)
            .setProperties(RatisSettings.of(folder.raft(), timings, snapshotEvery))
            .setParameters(LinkRpcType.parameters(rpc))
            .build();
    try {
      server.start();
      return new LedgerServer(
          folder, server, server.getDivision(folder.groupId()), machine, rpc, timings);
    } catch (IOException | RuntimeException e) {
      server.close();
      throw e;
    }
  }

  RaftServer raft() {
    return server;
  }

  RaftServer.Division division() {
    return division;
  }

  LedgerMachine machine() {
    return machine;
  }

  LinkRpc rpc() {
    return rpc;
  }

  /// On which it runs, for as long as it is open.
  ElectionTimings timings() {
    return timings;
  }

  /// Whether it still works; once false it stays so.
  boolean alive() {
    return division.getInfo().isAlive()
        && !server.getLifeCycleState().isClosingOrClosed()
        && machine.failure().isEmpty();
  }

  /// Returns when the folder is let go of. When Ratis has begun to close by itself, its own `close`
  /// returns at once, while the lock on the folder is still held.
  void close() throws IOException {
    heartbeats.close();
    server.close();
    long start = System.nanoTime();
    while (!CLOSED.contains(division.getInfo().getLifeCycleState())) {
      if (System.nanoTime() - start > CLOSING_MAX.toNanos()) {
        throw new IOException("Ratis did not close within " + CLOSING_MAX);
      }
      LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
    }
  }

  /// Whether this voter leads, ready or not.
  boolean leads() {
    return division.getInfo().isLeader();
  }

  /// Whether this voter leads, or follows a leader.
  boolean takesPart() {
    return alive() && division.getInfo().getLeaderId() != null && !outside();
  }

  /// Whether the group, as far as this server knows it, does not have this voter: it waits to be
  /// added.
  boolean outside() {
    return division.getRaftConf().getPeer(folder.self().peerId()) == null;
  }

  /// Whether this voter leads and has applied all that was committed before its term.
  boolean ready() {
    return division.getInfo().isLeaderReady();
  }

  /// Whether no other voter can lead now, so that this one may act.
  boolean fresh(Authority authority, long term, long nowNanos) {
    RaftConfiguration group = division.getRaftConf();
    return authority.fresh(
        term,
        folder.self().toString(),
        ids(group.getCurrentPeers()),
        ids(group.getPreviousPeers()),
        nowNanos);
  }

  private static List<String> ids(Collection<RaftPeer> peers) {
    return peers.stream().map(peer -> peer.getId().toString()).toList();
  }

  /// Who leads, as this voter sees it. A leader that has not yet applied what was committed before
  /// its term is nobody's leader: its state is not the newest.
  Standing standing(Authority authority, long nowNanos) {
    DivisionInfo info = division.getInfo();
    while (true) {
      long term = info.getCurrentTerm();
      RaftPeerId leader = info.getLeaderId();
      boolean leads = info.isLeader();
      boolean ready = leads && info.isLeaderReady();
      if (info.getCurrentTerm() == term) {
        Optional<NodeId> named =
            leader == null || leads != folder.self().peerId().equals(leader) || leads != ready
                ? Optional.empty()
                : Optional.of(PeerName.of(leader).node());
        boolean leading = ready && named.isPresent();
        return new Standing(
            term, named, leading, leading && alive() && fresh(authority, term, nowNanos));
      }
    }
  }

  /// How far the copies of the voters are; empty on a follower.
  Map<NodeId, Progress> progress(Authority authority) {
    Map<NodeId, Progress> progress = new TreeMap<>();
    OptionalLong end = leads() ? lastIndex() : OptionalLong.empty();
    if (end.isEmpty()) {
      return progress;
    }
    long last = end.getAsLong();
    for (RaftPeer peer : group()) {
      LinkRpc.Followed follower = rpc.followers().get(peer.getId());
      if (peer.getId().equals(folder.self().peerId())) {
        progress.put(folder.self().node(), new Progress(0, 0, Optional.of(timings)));
      } else if (follower != null) {
        long silentMillis = follower.info().getLastRpcResponseTime().elapsedTimeMs();
        progress.put(
            PeerName.of(peer.getId()).node(),
            new Progress(
                Math.max(0, last - follower.info().getMatchIndex()),
                Duration.ofMillis(silentMillis).toNanos(),
                authority.timings(peer.getId().toString())));
      }
    }
    return progress;
  }

  /// Of the log's newest entry; nothing while it is being closed, which Ratis does before it gives
  /// up the lead.
  private OptionalLong lastIndex() {
    try {
      return OptionalLong.of(division.getRaftLog().getNextIndex() - 1);
    } catch (IllegalStateException e) {
      return OptionalLong.empty();
    }
  }

  /// The peers of the newest configuration.
  Collection<RaftPeer> group() {
    return division.getRaftConf().getCurrentPeers();
  }

  /// The newest entry that was applied, which is committed and on disk; index -1 before the first.
  TermIndex applied() {
    return machine.getLastAppliedTermIndex();
  }

  /// Asks for an entry in the log.
  ///
  /// @param call a number from `nextCall`
  CompletableFuture<RaftClientReply> write(long call, byte[] bytes) {
    RaftClientRequest request =
        RaftClientRequest.newBuilder()
            .setClientId(client)
            .setServerId(folder.self().peerId())
            .setGroupId(folder.groupId())
            .setCallId(call)
            .setMessage(Message.valueOf(ByteString.copyFrom(bytes)))
            .setType(RaftClientRequest.writeRequestType())
            .build();
    return asked(() -> server.submitClientRequestAsync(request));
  }

  long nextCall() {
    return calls.getAndIncrement();
  }

  /// Asks for another group.
  CompletableFuture<RaftClientReply> configure(List<RaftPeer> peers) {
    SetConfigurationRequest request =
        new SetConfigurationRequest(
            client, folder.self().peerId(), folder.groupId(), nextCall(), peers);
    return asked(() -> server.setConfigurationAsync(request));
  }

  /// Asks Ratis to hand the lead to `to`, or to give it up where there is no such peer.
  CompletableFuture<RaftClientReply> transfer(Optional<RaftPeerId> to, Duration timeout) {
    TransferLeadershipRequest request =
        new TransferLeadershipRequest(
            client,
            folder.self().peerId(),
            folder.groupId(),
            nextCall(),
            to.orElse(null),
            timeout.toMillis());
    return asked(() -> server.transferLeadershipAsync(request));
  }

  /// Ratis both throws and fails futures.
  private static CompletableFuture<RaftClientReply> asked(Question question) {
    try {
      return question.ask();
    } catch (IOException | RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private interface Question {
    CompletableFuture<RaftClientReply> ask() throws IOException;
  }
}
