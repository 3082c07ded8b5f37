package dev.ringrift.io.api;

import dev.ringrift.agent.port.Ledger;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.Role;
import dev.ringrift.core.ledger.Command;
import dev.ringrift.core.ledger.NodeRecord;
import dev.ringrift.io.api.Route.Access;
import dev.ringrift.io.api.Route.Where;
import dev.ringrift.io.json.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The cluster itself: its voters, its leader, and revoked credentials.
final class ClusterRoutes {
  private static final Duration SILENT_AFTER = Duration.ofSeconds(2);

  private final ApiPorts ports;
  private final Changes changes;

  ClusterRoutes(ApiPorts ports, Changes changes) {
    this.ports = ports;
    this.changes = changes;
  }

  List<Route> routes() {
    return List.of(
        Route.get("/api/v1/cluster", Access.READ, Where.LEADER_BEST, (call, words) -> show()),
        Route.post(
            "/api/v1/cluster/step-down",
            Access.ADMIN,
            Where.LEADER,
            (call, words) -> stepDown(call)),
        Route.post(
            "/api/v1/cluster/voters", Access.ADMIN, Where.LEADER, (call, words) -> voters(call)),
        Route.post("/api/v1/revoke", Access.ADMIN, Where.LEADER, (call, words) -> revoke(call)));
  }

  private ApiReply show() {
    ObjectNode node = Json.shared().createObjectNode();
    ports
        .ownLedger()
        .read(
            state -> {
              node.put("id", state.clusterId());
              node.put("name", state.name());
              node.put("epoch", state.epoch());
              node.put("version", state.version());
              node.put("election_timeout_ms", state.settings().election().least().toMillis());
              node.put("lease_s", state.settings().lease().toSeconds());
              ArrayNode voters = node.putArray("voters");
              state.voters().forEach(voter -> voters.add(voter.value()));
              return true;
            });
    ArrayNode voting = node.putArray("voting");
    ports.ownLedger().voters().keySet().forEach(voter -> voting.add(voter.value()));
    return ApiReply.json(node);
  }

  private ApiReply stepDown(ApiCall call) {
    Optional<NodeId> to = ApiBody.of(call, "to").nodeId("to");
    if (to.isPresent()) {
      if (!voters().contains(to.get())) {
        throw ApiError.bad("%s is no voter".formatted(to.get()), "", "the voters are " + voters());
      }
      ports.ownLedger().transfer(to.get());
    } else {
      ports.ownLedger().stepDown();
    }
    return ApiReply.json(
        202, Json.shared().createObjectNode().put("leader_was", ports.self().value()));
  }

  private ApiReply voters(ApiCall call) {
    ApiBody body = ApiBody.of(call, "add", "remove");
    Optional<NodeId> add = body.nodeId("add");
    Optional<NodeId> remove = body.nodeId("remove");
    if (add.isPresent() == remove.isPresent()) {
      throw ApiError.bad(
          "one voter changes at a time", "", "send {\"add\": ID} or {\"remove\": ID}");
    }
    List<NodeId> wanted = new ArrayList<>(voters());
    add.ifPresent(node -> add(wanted, node));
    remove.ifPresent(node -> remove(wanted, node));
    remove.ifPresent(node -> requireMajority(wanted, node));
    // The list is committed first; the leader then brings the consensus library to it, one by one.
    changes.commit(new Command.SetVoters(wanted, ports.clock().wallMillis()));
    ObjectNode reply = Json.shared().createObjectNode();
    ArrayNode list = reply.putArray("voters");
    wanted.forEach(voter -> list.add(voter.value()));
    return ApiReply.json(reply);
  }

  private List<NodeId> voters() {
    return ports.ownLedger().read(state -> List.copyOf(state.voters()));
  }

  private void add(List<NodeId> voters, NodeId node) {
    if (voters.contains(node)) {
      throw ApiError.conflict("%s is a voter already".formatted(node), "", "");
    }
    Optional<Role> role =
        ports
            .ownLedger()
            .read(state -> Optional.ofNullable(state.nodes().get(node)).map(NodeRecord::role));
    if (role.isEmpty()) {
      throw ApiError.missing("no node " + node, "it never joined", "start its agent first");
    }
    if (role.get() != Role.VOTER) {
      throw ApiError.conflict(
          "%s cannot vote".formatted(node),
          "its credential says %s".formatted(role.get().label()),
          "issue it one for a voter: ringrift node issue");
    }
    voters.add(node);
  }

  private static void remove(List<NodeId> voters, NodeId node) {
    if (!voters.remove(node)) {
      throw ApiError.missing("%s is no voter".formatted(node), "", "the voters are " + voters);
    }
    if (voters.isEmpty()) {
      throw ApiError.conflict("%s is the last voter".formatted(node), "", "add another first");
    }
  }

  /// Without a majority that answers, a smaller group could decide nothing: also not to grow again.
  private void requireMajority(List<NodeId> left, NodeId without) {
    Map<NodeId, Ledger.Progress> known = ports.ownLedger().voters();
    List<NodeId> silent =
        left.stream()
            .filter(voter -> !voter.equals(ports.self()))
            .filter(
                voter ->
                    !known.containsKey(voter)
                        || known.get(voter).silentNanos() > SILENT_AFTER.toNanos())
            .toList();
    if (left.size() - silent.size() <= left.size() / 2) {
      throw ApiError.conflict(
          "%s is needed: without it no majority of the voters would answer".formatted(without),
          "of %s these are silent or not yet in: %s".formatted(left, silent),
          "start the agent of %s, or take that one out instead".formatted(silent.getFirst()));
    }
  }

  private ApiReply revoke(ApiCall call) {
    ApiBody body = ApiBody.of(call, "id", "reason");
    String id = body.required("id");
    changes.commit(
        new Command.Revoke(id, body.text("reason").orElse(""), ports.clock().wallMillis()));
    return ApiReply.json(Json.shared().createObjectNode().put("revoked", id));
  }
}
