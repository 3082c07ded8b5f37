package dev.ringrift.io.ledger;

import org.apache.ratis.conf.Parameters;
import org.apache.ratis.rpc.RpcFactory;
import org.apache.ratis.rpc.RpcType;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerRpc;
import org.apache.ratis.server.ServerFactory;
import org.apache.ratis.server.leader.FollowerInfo;
import org.apache.ratis.server.leader.LeaderState;
import org.apache.ratis.server.leader.LogAppender;

/// Makes Ratis speak through our links. Ratis finds it by the name of its class and makes it by
/// reflection, so what it needs comes in the server's `Parameters`.
public final class LinkRpcType implements RpcType {
  private static final String RPC = "ringrift.rpc";

  /// For Ratis.
  public LinkRpcType() {}

  static Parameters parameters(LinkRpc rpc) {
    Parameters parameters = new Parameters();
    parameters.put(RPC, rpc, LinkRpc.class);
    return parameters;
  }

  @Override
  public String name() {
    return LinkRpcType.class.getName();
  }

  @Override
  public RpcFactory newFactory(Parameters parameters) {
    return new Factory(parameters.getNonNull(RPC, LinkRpc.class));
  }

  private record Factory(LinkRpc rpc) implements ServerFactory {
    @Override
    public RpcType getRpcType() {
      return rpc.getRpcType();
    }

    @Override
    public RaftServerRpc newRaftServerRpc(RaftServer server) {
      return rpc;
    }

    @Override
    public LogAppender newLogAppender(
        RaftServer.Division division, LeaderState state, FollowerInfo follower) {
      rpc.follow(follower, state);
      return LogAppender.newLogAppenderDefault(division, state, follower);
    }
  }
}
