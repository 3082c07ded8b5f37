package dev.ringrift.io.api;

import dev.ringrift.core.NodeId;
import dev.ringrift.core.ledger.Command;
import dev.ringrift.core.ledger.NodeRecord.Word;
import dev.ringrift.io.api.Route.Access;
import dev.ringrift.io.api.Route.Where;
import dev.ringrift.io.json.Json;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// Nodes: reading them, and what the operator says of them.
final class NodeRoutes {
  private final ApiPorts ports;
  private final Changes changes;
  private final StatusRoutes status;

  NodeRoutes(ApiPorts ports, Changes changes, StatusRoutes status) {
    this.ports = ports;
    this.changes = changes;
    this.status = status;
  }

  List<Route> routes() {
    return List.of(
        Route.get(
            "/api/v1/nodes",
            Access.READ,
            Where.HERE,
            (call, words) -> ApiReply.json(status.document(call).path("nodes"))),
        Route.get("/api/v1/nodes/{id}", Access.READ, Where.HERE, this::show),
        Route.post(
            "/api/v1/nodes/{id}/{verb}",
            Access.ADMIN,
            Where.LEADER,
            (call, words) -> say(call, words)));
  }

  private ApiReply show(ApiCall call, Map<String, String> words) {
    String id = words.getOrDefault("id", "");
    for (JsonNode node : status.document(call).path("nodes")) {
      if (node.path("id").asString("").equals(id)) {
        return ApiReply.json(node);
      }
    }
    throw unknown(id);
  }

  private static ApiError unknown(String id) {
    return ApiError.missing("no node " + id, "", "list them: ringrift nodes");
  }

  private ApiReply say(ApiCall call, Map<String, String> words) {
    NodeId node = ApiBody.nodeIdOf(words.getOrDefault("id", ""));
    ApiBody body = ApiBody.of(call, "reason");
    String reason = body.text("reason").orElse("by %s".formatted(call.caller().name()));
    long now = ports.clock().wallMillis();
    Command command =
        switch (words.getOrDefault("verb", "")) {
          case "drain" -> new Command.Drain(node, reason, now);
          case "undrain" -> new Command.Drain(node, "", now);
          case "gone" -> new Command.Say(node, Word.GONE, reason, now);
          case "paused" -> new Command.Say(node, Word.PAUSED, reason, now);
          case "runs" -> new Command.Say(node, Word.RUNS, reason, now);
          case "remove" -> new Command.Remove(node, now);
          default ->
              throw ApiError.missing(
                  "there is nothing at " + call.path(),
                  "",
                  "a node takes: drain, undrain, gone, paused, runs, remove");
        };
    if (!ports.ownLedger().read(state -> state.nodes().containsKey(node))) {
      throw unknown(node.value());
    }
    changes.commit(command);
    return ApiReply.json(Json.shared().createObjectNode().put("node", node.value()));
  }
}
