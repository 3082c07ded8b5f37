package dev.ringrift.io.api;

import dev.ringrift.agent.port.Transport;
import dev.ringrift.agent.port.Transport.TransportException;
import dev.ringrift.core.NodeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;

/// Hands a call on to the node that can answer it.
final class Forwarder {
  /// Farthest that a call travels: from a worker to a voter to the leader.
  static final int HOPS_MAX = 2;

  private static final Duration DEADLINE = Duration.ofSeconds(5);

  private final ApiPorts ports;

  Forwarder(ApiPorts ports) {
    this.ports = ports;
  }

  /// The answer of one node.
  ///
  /// @throws TransportException when it does not come
  ApiReply ask(NodeId node, ApiCall call) {
    ApiCall onward =
        new ApiCall(
            call.method(), call.path(), call.query(), call.body(), call.caller(), call.hops() + 1);
    byte[] body = ApiWire.encode(onward, ports.ledger().isPresent());
    Duration deadline = DEADLINE.plusMillis(call.waitMillis());
    try {
      return ApiWire.reply(
          ports.transport().request(node, ApiOverLinks.CHANNEL, body, deadline).join());
    } catch (CompletionException e) {
      if (e.getCause() instanceof TransportException known) {
        throw known;
      }
      throw e;
    }
  }

  /// The leader's answer, or another voter's word for it when there is no link to the leader; empty
  /// when none can be had.
  Optional<ApiReply> toLeaderIfReached(ApiCall call) {
    for (NodeId node : waysToLeader(call)) {
      Optional<ApiReply> reply = askIfReached(node, call).filter(one -> one.status() != 503);
      if (reply.isPresent()) {
        return reply;
      }
    }
    return Optional.empty();
  }

  /// The answer of one node to a call that changes nothing; empty when it does not come, so that
  /// another one is asked.
  Optional<ApiReply> askIfReached(NodeId node, ApiCall call) {
    try {
      return Optional.of(ask(node, call));
    } catch (TransportException e) {
      return Optional.empty();
    }
  }

  /// Any voter's answer.
  ApiReply toVoter(ApiCall call) {
    List<String> failures = new ArrayList<>();
    if (call.hops() < HOPS_MAX) {
      for (NodeId node : waysToLeader(call)) {
        try {
          return ask(node, call);
        } catch (TransportException e) {
          failures.add("%s: %s".formatted(node, e.getMessage()));
        }
      }
    }
    throw ApiError.unavailable(
        "no voter answers node " + ports.self(),
        failures.isEmpty() ? "it has no link to any" : String.join("\n", failures),
        "try again; ringrift status --local shows what this node sees");
  }

  /// The leader's answer to a call that changes something: asked once only.
  ApiReply toLeader(ApiCall call) {
    List<NodeId> ways = waysToLeader(call);
    if (ways.isEmpty() || (ports.view().leader().isEmpty() && ports.ledger().isPresent())) {
      throw noLeader();
    }
    try {
      return ask(ways.getFirst(), call);
    } catch (TransportException e) {
      if (call.method().equals("GET")) {
        throw ApiError.unavailable(
            "%s does not answer".formatted(ways.getFirst()),
            String.valueOf(e.getMessage()),
            "try again in a second");
      }
      throw new ApiError(503, Changes.unclear("%s: %s".formatted(ways.getFirst(), e.getMessage())));
    }
  }

  private ApiError noLeader() {
    return ApiError.unavailable(
        "the cluster has no leader that node %s can reach".formatted(ports.self()),
        ports
            .view()
            .leader()
            .map(leader -> "the last one known is %s, to which there is no way".formatted(leader))
            .orElse("too few voters hear each other, or an election is going on"),
        "nothing was done; try again in a second");
  }

  /// Linked nodes that lead, or that can hand it on to the leader; best first.
  private List<NodeId> waysToLeader(ApiCall call) {
    List<NodeId> ways = new ArrayList<>();
    if (call.hops() >= HOPS_MAX) {
      return ways;
    }
    Transport transport = ports.transport();
    Set<NodeId> linked = transport.connected();
    ports.view().leader().filter(linked::contains).ifPresent(ways::add);
    if (call.hops() == 0) {
      for (NodeId voter : ports.view().voters()) {
        if (linked.contains(voter) && !voter.equals(ports.self()) && !ways.contains(voter)) {
          ways.add(voter);
        }
      }
    }
    return ways;
  }

  /// Linked voters other than this node.
  List<NodeId> otherVoters() {
    Set<NodeId> linked = ports.transport().connected();
    return ports.view().voters().stream()
        .filter(voter -> linked.contains(voter) && !voter.equals(ports.self()))
        .toList();
  }

  /// Whether a link to `node` is open.
  boolean reaches(NodeId node) {
    return ports.transport().connected().contains(node);
  }
}
