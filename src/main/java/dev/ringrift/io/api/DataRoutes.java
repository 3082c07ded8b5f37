package dev.ringrift.io.api;

import dev.ringrift.agent.view.DataView;
import dev.ringrift.agent.view.NodeStatus;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.data.Content;
import dev.ringrift.core.data.DataName;
import dev.ringrift.core.data.ObjectId;
import dev.ringrift.core.ledger.DataRecord;
import dev.ringrift.io.api.Route.Access;
import dev.ringrift.io.api.Route.Where;
import dev.ringrift.io.json.Json;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Reading what is published, and who has it.
final class DataRoutes {
  private final ApiPorts ports;

  DataRoutes(ApiPorts ports) {
    this.ports = ports;
  }

  List<Route> routes() {
    return List.of(
        Route.get("/api/v1/data", Access.READ, Where.LEADER_BEST, (call, words) -> list()),
        Route.get("/api/v1/data/file", Access.READ, Where.LEADER, (call, words) -> show(call)),
        Route.get(
            "/api/v1/data/fetches", Access.READ, Where.LEADER, (call, words) -> fetches(call)),
        Route.get(
            "/api/v1/data/holders", Access.READ, Where.LEADER, (call, words) -> holders(call)));
  }

  private ApiReply list() {
    Map<NodeId, DataView.OnNode> files = new TreeMap<>(ports.files().files());
    List<DataRecord> records = ports.ownLedger().read(state -> List.copyOf(state.data().values()));
    ArrayNode names = Json.shared().createArrayNode();
    records.forEach(record -> names.add(DataJson.of(record, files)));
    return ApiReply.json(names);
  }

  private ApiReply show(ApiCall call) {
    DataName name = name(call.param("name").orElse(""));
    DataRecord record = known(name);
    Content content = record.newest().content();
    Map<NodeId, DataView.OnNode> files = new TreeMap<>(ports.files().files());
    ObjectNode json = DataJson.of(record, files);
    ArrayNode history = json.putArray("history");
    record.versions().forEach(version -> history.add(DataJson.version(version)));
    ArrayNode nodes = json.putArray("nodes");
    files.forEach((node, on) -> DataJson.where(node, on, content, nodes));
    ArrayNode unheard = json.putArray("unheard");
    unheard(files.keySet()).forEach(node -> unheard.add(node.value()));
    return ApiReply.json(json);
  }

  /// Nodes whose machine may run and that have not told this leader what they hold: a new leader
  /// knows of no copy until it is told.
  private List<NodeId> unheard(Set<NodeId> heard) {
    return ports.view().status().nodes().stream()
        .filter(node -> node.state() != NodeStatus.State.GONE)
        .filter(node -> node.state() != NodeStatus.State.PAUSED)
        .map(NodeStatus::id)
        .filter(node -> !heard.contains(node))
        .toList();
  }

  /// What nodes fetch, or have lately fetched; of one with `node`.
  private ApiReply fetches(ApiCall call) {
    String wanted = call.param("node").orElse("");
    ArrayNode fetches = Json.shared().createArrayNode();
    new TreeMap<>(ports.files().files())
        .forEach(
            (node, on) -> {
              if (wanted.isEmpty() || wanted.equals(node.value())) {
                on.fetches().forEach(fetch -> DataJson.fetch(node, fetch, fetches.addObject()));
              }
            });
    return ApiReply.json(fetches);
  }

  private ApiReply holders(ApiCall call) {
    ObjectId id;
    try {
      id = ObjectId.parse(call.param("id").orElse(""));
    } catch (IllegalArgumentException e) {
      throw ApiError.bad(String.valueOf(e.getMessage()), "", "send the id of a file");
    }
    ArrayNode holders = Json.shared().createArrayNode();
    new TreeMap<>(ports.files().files())
        .forEach(
            (node, on) -> {
              if (on.whole().contains(id)) {
                holders.addObject().put("node", node.value()).put("data", on.url());
              }
            });
    return ApiReply.json(holders);
  }

  private DataRecord known(DataName name) {
    return ports
        .ownLedger()
        .read(state -> Optional.ofNullable(state.data().get(name)))
        .orElseThrow(
            () ->
                ApiError.missing(
                    "nothing is published as '%s'".formatted(name),
                    "",
                    "list what is: ringrift data ls"));
  }

  static DataName name(String text) {
    try {
      return new DataName(text);
    } catch (IllegalArgumentException e) {
      throw ApiError.bad(String.valueOf(e.getMessage()), "", "write it as in models/latest.pth");
    }
  }
}
