package dev.ringrift.io.ledger;

import dev.ringrift.agent.port.Clock;
import dev.ringrift.agent.port.Transport;
import dev.ringrift.core.Role;
import dev.ringrift.core.UserError;
import dev.ringrift.core.election.ElectionTimings;
import dev.ringrift.io.json.Json;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcReplyProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteReplyProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;

/// Answers what other voters ask over the channel.
///
/// A request names the peer that it is for, data folder included: one for the peer that this node
/// was before it lost its disk is refused, so that nothing is voted or confirmed from an empty
/// memory.
final class LinkEndpoint implements Transport.Handler {
  /// How long Ratis may take over an append; one that is closed meanwhile never answers.
  private static final long ANSWER_SECONDS_MAX = 30;

  private final PeerName self;
  private final String clusterId;
  private final Clock clock;
  private final VoteGuard guard;
  private volatile Optional<Open> open = Optional.empty();

  LinkEndpoint(PeerName self, String clusterId, Clock clock, VoteGuard guard) {
    this.self = self;
    this.clusterId = clusterId;
    this.clock = clock;
    this.guard = guard;
  }

  /// From now on requests go to this server.
  ///
  /// @param timings on which it runs
  /// @param retime takes those on which the leader wants it to run
  void opened(
      RaftServer server,
      RaftServer.Division division,
      LinkRpc rpc,
      ElectionTimings timings,
      Consumer<ElectionTimings> retime) {
    open = Optional.of(new Open(server, division, rpc, timings, retime));
  }

  /// From now on requests are refused.
  void closed() {
    open = Optional.empty();
  }

  @Override
  public byte[] handle(Transport.Peer peer, byte[] body) {
    if (peer.role() != Role.VOTER) {
      throw new UserError(
          "%s may not speak to the ledger".formatted(peer.node()),
          "its credential is for a %s".formatted(peer.role().label()),
          "");
    }
    try {
      return answer(peer, Frame.read(body)).bytes();
    } catch (IOException | IllegalArgumentException e) {
      return Frame.failed(String.valueOf(e.getMessage())).bytes();
    }
  }

  private Frame answer(Transport.Peer peer, Frame request) throws IOException {
    if (request.kind() == Frame.Kind.HELLO) {
      return new Frame(Frame.Kind.OK, Json.bytes(new Hello(self.toString(), clusterId)));
    }
    Open to =
        open.orElseThrow(() -> new IOException("the ledger of %s is not open".formatted(self)));
    byte[] reply =
        switch (request.kind()) {
          case PRE_VOTE, VOTE, HANDED_VOTE -> vote(peer, request, to);
          case APPEND -> append(peer, AppendEntriesRequestProto.parseFrom(request.body()), to);
          case SNAPSHOT ->
              snapshot(peer, InstallSnapshotRequestProto.parseFrom(request.body()), to);
          case START_ELECTION ->
              takeOver(peer, StartLeaderElectionRequestProto.parseFrom(request.body()), to);
          case RETIME -> retime(peer, Json.read(request.body(), Retime.class), to);
          case HELLO, OK, FAILED ->
              throw new IOException("%s is no request".formatted(request.kind()));
        };
    return new Frame(Frame.Kind.OK, reply);
  }

  private byte[] vote(Transport.Peer peer, Frame frame, Open to) throws IOException {
    RequestVoteRequestProto request = RequestVoteRequestProto.parseFrom(frame.body());
    check(peer, request.getServerRequest());
    if (request.getPreVote()) {
      return to.server.requestVote(request).toByteArray();
    }
    return guard
        .vote(
            frame.kind() == Frame.Kind.HANDED_VOTE,
            clock.nanos(),
            () -> to.server.requestVote(request),
            () -> refusal(request, to.division))
        .toByteArray();
  }

  private static RequestVoteReplyProto refusal(
      RequestVoteRequestProto request, RaftServer.Division division) {
    RaftRpcRequestProto asked = request.getServerRequest();
    TermIndex last =
        Optional.ofNullable(division.getRaftLog().getLastEntryTermIndex())
            .orElseGet(() -> division.getStateMachine().getLastAppliedTermIndex());
    return RequestVoteReplyProto.newBuilder()
        .setServerReply(
            RaftRpcReplyProto.newBuilder()
                .setRequestorId(asked.getRequestorId())
                .setReplyId(asked.getReplyId())
                .setRaftGroupId(asked.getRaftGroupId())
                .setCallId(asked.getCallId())
                .setSuccess(false))
        .setTerm(division.getInfo().getCurrentTerm())
        .setLastEntry(last.toProto())
        .build();
  }

  private byte[] append(Transport.Peer peer, AppendEntriesRequestProto request, Open to)
      throws IOException {
    check(peer, request.getServerRequest());
    boolean current = request.getLeaderTerm() >= to.division.getInfo().getCurrentTerm();
    if (current) {
      to.rpc.followed(request.getServerRequest().getRequestorId().toStringUtf8());
    }
    Duration promise = to.timings.least();
    CompletableFuture<AppendEntriesReplyProto> reply =
        guard.append(current, promise, clock.nanos(), () -> to.server.appendEntriesAsync(request));
    try {
      AppendEntriesReplyProto answer = reply.orTimeout(ANSWER_SECONDS_MAX, TimeUnit.SECONDS).join();
      return new AppendAnswer(to.timings, answer).bytes();
    } catch (CompletionException e) {
      throw new IOException(String.valueOf(e.getCause()), e);
    }
  }

  private byte[] snapshot(Transport.Peer peer, InstallSnapshotRequestProto request, Open to)
      throws IOException {
    check(peer, request.getServerRequest());
    return to.server.installSnapshot(request).toByteArray();
  }

  private byte[] takeOver(Transport.Peer peer, StartLeaderElectionRequestProto request, Open to)
      throws IOException {
    check(peer, request.getServerRequest());
    // Before Ratis starts the election, whose first vote requests leave at once.
    to.rpc.handedOver(to.division.getInfo().getCurrentTerm() + 1);
    return to.server.startLeaderElection(request).toByteArray();
  }

  private byte[] retime(Transport.Peer peer, Retime wanted, Open to) throws IOException {
    RaftPeerId leader = to.division.getInfo().getLeaderId();
    boolean leads =
        wanted.term() == to.division.getInfo().getCurrentTerm()
            && leader != null
            && PeerName.of(leader).node().equals(peer.node());
    if (!leads) {
      throw new IOException(
          "%s does not lead in term %d as far as %s knows"
              .formatted(peer.node(), wanted.term(), self));
    }
    to.retime.accept(wanted.timings());
    return new byte[0];
  }

  private void check(Transport.Peer peer, RaftRpcRequestProto header) throws IOException {
    String to = header.getReplyId().toStringUtf8();
    if (!to.equals(self.toString())) {
      throw new IOException("this is %s, not %s".formatted(self, to));
    }
    PeerName from = PeerName.parse(header.getRequestorId().toStringUtf8());
    if (!from.node().equals(peer.node())) {
      throw new IOException("%s speaks as %s".formatted(peer.node(), from));
    }
  }

  private record Open(
      RaftServer server,
      RaftServer.Division division,
      LinkRpc rpc,
      ElectionTimings timings,
      Consumer<ElectionTimings> retime) {}

  /// The leader of that term wants a voter to run on these timings.
  record Retime(long term, ElectionTimings timings) {}

  /// Who answers on this channel.
  ///
  /// @param peer its id in the group
  record Hello(String peer, String cluster) {}
}
