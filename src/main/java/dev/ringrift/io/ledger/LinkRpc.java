package dev.ringrift.io.ledger;

import dev.ringrift.agent.port.Clock;
import dev.ringrift.agent.port.Transport;
import dev.ringrift.agent.port.Transport.TransportException;
import dev.ringrift.core.election.ElectionTimings;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto.AppendResult;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotReplyProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteReplyProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionReplyProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.rpc.CallId;
import org.apache.ratis.rpc.RpcType;
import org.apache.ratis.server.RaftServerRpc;
import org.apache.ratis.server.leader.FollowerInfo;
import org.apache.ratis.server.leader.LeaderState;

/// What Ratis asks of other voters, sent as requests over their links. The calls block, as Ratis
/// wants it, each with a deadline; an interrupt ends them at once, which is how Ratis stops its
/// senders when it steps down.
final class LinkRpc implements RaftServerRpc {
  private static final RpcType TYPE = new LinkRpcType();

  /// After a snapshot that could not be sent. Ratis tries again without any pause of its own.
  private static final Duration SNAPSHOT_PAUSE = Duration.ofMillis(200);

  private final Transport transport;
  private final Clock clock;
  private final ElectionTimings timings;
  private final VoteGuard guard;
  private final Authority authority;
  private final Map<RaftPeerId, Followed> followers = new ConcurrentHashMap<>();
  private volatile long handedTerm = -1;
  private volatile String followed = "";
  private volatile boolean closed;

  LinkRpc(
      Transport transport,
      Clock clock,
      ElectionTimings timings,
      VoteGuard guard,
      Authority authority) {
    this.transport = transport;
    this.clock = clock;
    this.timings = timings;
    this.guard = guard;
    this.authority = authority;
  }

  /// A follower as Ratis's leader knows it.
  ///
  /// @param leader who made it; makes requests of its own term only
  record Followed(FollowerInfo info, LeaderState leader) {}

  /// What the leader knows of each follower that it has sent to.
  Map<RaftPeerId, Followed> followers() {
    return followers;
  }

  void follow(FollowerInfo follower, LeaderState leader) {
    followers.put(follower.getId(), new Followed(follower, leader));
  }

  /// Sends an append without entries, which is answered from memory, and returns when it is.
  void beat(Followed follower) throws IOException {
    AppendEntriesRequestProto empty;
    try {
      long call = CallId.getAndIncrement();
      empty =
          follower.leader().newAppendEntriesRequestProto(follower.info(), List.of(), null, call);
    } catch (IllegalStateException e) {
      throw new IOException("this voter leads in another term by now, or no more", e);
    }
    if (appendEntries(empty).getResult() != AppendResult.NOT_LEADER) {
      follower.info().updateLastRpcResponseTime();
    }
  }

  /// The leader asks this voter to take over in `term`: its vote requests of that term say so.
  void handedOver(long term) {
    handedTerm = term;
  }

  /// This voter took an append of that peer, so when it comes to an election, that is the leader
  /// that fell silent.
  void followed(String peer) {
    followed = peer;
  }

  @Override
  public RequestVoteReplyProto requestVote(RequestVoteRequestProto request) throws IOException {
    Frame.Kind kind =
        request.getPreVote()
            ? Frame.Kind.PRE_VOTE
            : request.getCandidateTerm() == handedTerm ? Frame.Kind.HANDED_VOTE : Frame.Kind.VOTE;
    if (kind == Frame.Kind.VOTE && guard.bound(clock.nanos())) {
      throw new IOException("this voter has promised not to elect another leader yet");
    }
    byte[] reply = call(request.getServerRequest(), kind, request.toByteArray(), deadline(request));
    return RequestVoteReplyProto.parseFrom(reply);
  }

  private Duration deadline(RequestVoteRequestProto request) {
    boolean ofSilent = request.getServerRequest().getReplyId().toStringUtf8().equals(followed);
    return ofSilent ? timings.silentVote() : timings.vote();
  }

  @Override
  public AppendEntriesReplyProto appendEntries(AppendEntriesRequestProto request)
      throws IOException {
    Duration deadline = request.getEntriesCount() == 0 ? timings.most() : timings.append();
    long sentNanos = clock.bootNanos();
    AppendAnswer answer =
        AppendAnswer.read(
            call(request.getServerRequest(), Frame.Kind.APPEND, request.toByteArray(), deadline));
    if (answer.reply().getResult() != AppendResult.NOT_LEADER) {
      String peer = request.getServerRequest().getReplyId().toStringUtf8();
      authority.answered(request.getLeaderTerm(), peer, sentNanos, answer.timings());
    }
    return answer.reply();
  }

  @Override
  public InstallSnapshotReplyProto installSnapshot(InstallSnapshotRequestProto request)
      throws IOException {
    try {
      return InstallSnapshotReplyProto.parseFrom(
          call(
              request.getServerRequest(),
              Frame.Kind.SNAPSHOT,
              request.toByteArray(),
              timings.append()));
    } catch (InterruptedIOException e) {
      throw e;
    } catch (IOException e) {
      pause();
      throw e;
    }
  }

  @Override
  public StartLeaderElectionReplyProto startLeaderElection(StartLeaderElectionRequestProto request)
      throws IOException {
    authority.giveUp(request.getLeaderLastEntry().getTerm());
    return StartLeaderElectionReplyProto.parseFrom(
        call(
            request.getServerRequest(),
            Frame.Kind.START_ELECTION,
            request.toByteArray(),
            timings.most()));
  }

  private byte[] call(RaftRpcRequestProto header, Frame.Kind kind, byte[] body, Duration deadline)
      throws IOException {
    if (closed) {
      throw new IOException("the ledger is closed");
    }
    PeerName to = PeerName.parse(header.getReplyId().toStringUtf8());
    byte[] request = new Frame(kind, body).bytes();
    CompletableFuture<byte[]> answer =
        transport.request(to.node(), Frame.CHANNEL, request, deadline);
    Frame reply = Frame.read(await(answer, to, deadline));
    if (reply.kind() != Frame.Kind.OK) {
      throw new IOException("%s answered: %s".formatted(to, reply.text()));
    }
    return reply.body();
  }

  private static byte[] await(CompletableFuture<byte[]> answer, PeerName to, Duration deadline)
      throws IOException {
    try {
      return answer.get(deadline.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      answer.cancel(false);
      InterruptedIOException interrupted = new InterruptedIOException("asking " + to);
      interrupted.initCause(e);
      throw interrupted;
    } catch (TimeoutException e) {
      answer.cancel(false);
      throw new IOException("%s did not answer within %s".formatted(to, deadline), e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof TransportException refused) {
        throw new IOException("%s: %s".formatted(to, refused.getMessage()), refused);
      }
      throw new IOException("asking " + to, e.getCause());
    }
  }

  private static void pause() throws InterruptedIOException {
    try {
      Thread.sleep(SNAPSHOT_PAUSE);
    } catch (InterruptedException e) {
      InterruptedIOException interrupted = new InterruptedIOException("between snapshots");
      interrupted.initCause(e);
      throw interrupted;
    }
  }

  @Override
  public RpcType getRpcType() {
    return TYPE;
  }

  /// A made-up address: peers are found by their names.
  @Override
  public InetSocketAddress getInetSocketAddress() {
    return InetSocketAddress.createUnresolved("link", 1);
  }

  @Override
  public void addRaftPeers(Collection<RaftPeer> peers) {}

  @Override
  public void handleException(RaftPeerId peer, Exception e, boolean reconnect) {}

  @Override
  public void start() {}

  @Override
  public void close() {
    closed = true;
  }
}
