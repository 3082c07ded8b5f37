package dev.ringrift.io.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringrift.agent.port.Transport;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.election.ElectionTimings;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.junit.jupiter.api.Test;

class LinkRpcTest {
  private static final ElectionTimings LAN = ElectionTimings.LAN;
  private static final PeerName LEADER = new PeerName(new NodeId("v1"), "00000000000000f1");
  private static final PeerName OTHER = new PeerName(new NodeId("v2"), "00000000000000f2");

  private final SystemClock clock = new SystemClock();
  private final Deadlines deadlines = new Deadlines();
  private final LinkRpc rpc =
      new LinkRpc(
          deadlines, clock, LAN, new VoteGuard(Duration.ZERO, clock.nanos()), new Authority());

  @Test
  void onlyForTheLeaderThatFellSilentACandidateWaitsShortly() {
    rpc.followed(LEADER.toString());

    ask(LEADER);
    ask(OTHER);

    assertThat(deadlines.given).containsEntry(LEADER.node(), LAN.silentVote());
    assertThat(deadlines.given).containsEntry(OTHER.node(), LAN.vote());
  }

  private void ask(PeerName voter) {
    RequestVoteRequestProto request =
        RequestVoteRequestProto.newBuilder()
            .setServerRequest(
                RaftRpcRequestProto.newBuilder()
                    .setReplyId(ByteString.copyFromUtf8(voter.toString())))
            .setPreVote(true)
            .build();
    assertThatThrownBy(() -> rpc.requestVote(request)).isInstanceOf(IOException.class);
  }

  /// Notes for how long each node was to be waited for; none answers.
  private static final class Deadlines implements Transport {
    private final Map<NodeId, Duration> given = new HashMap<>();

    @Override
    public CompletableFuture<byte[]> request(
        NodeId peer, String channel, byte[] body, Duration deadline) {
      given.put(peer, deadline);
      return CompletableFuture.failedFuture(new TransportException("no link to " + peer));
    }

    @Override
    public void send(NodeId peer, String channel, byte[] body) {}

    @Override
    public void serve(String channel, Handler handler) {}

    @Override
    public Set<NodeId> connected() {
      return Set.of();
    }

    @Override
    public void dial(NodeId peer, List<String> addresses) {}

    @Override
    public void hangUp(NodeId peer) {}

    @Override
    public void watch(Watcher watcher) {}
  }
}
