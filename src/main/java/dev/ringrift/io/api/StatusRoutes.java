package dev.ringrift.io.api;

import dev.ringrift.agent.view.Status;
import dev.ringrift.io.api.Route.Access;
import dev.ringrift.io.api.Route.Where;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// `/health`, `/cluster/status` and `/metrics`.
///
/// The status is the leader's view, on whichever node it is asked for. Without a leader it is the
/// last one that this node has seen, marked `stale` and with its `age_s`.
final class StatusRoutes {
  private final ApiPorts ports;
  private final Forwarder forwarder;
  private volatile Optional<Seen> last = Optional.empty();

  StatusRoutes(ApiPorts ports, Forwarder forwarder) {
    this.ports = ports;
    this.forwarder = forwarder;
  }

  List<Route> routes() {
    return List.of(
        Route.get(
            "/health",
            Access.STATUS,
            Where.HERE,
            (call, words) -> StatusJson.healthReply(ports.view().health())),
        Route.get(
            "/cluster/status",
            Access.STATUS,
            Where.HERE,
            (call, words) -> ApiReply.json(document(call))),
        Route.get("/metrics", Access.STATUS, Where.HERE, (call, words) -> metrics()));
  }

  private ApiReply metrics() {
    return ApiReply.text(200, "text/plain; version=0.0.4; charset=utf-8", ports.metrics().get());
  }

  /// The status of the cluster, the best that can be had now.
  JsonNode document(ApiCall call) {
    if (call.flag("local")) {
      return own(ports.view().status());
    }
    if (ports.ledger().filter(own -> own.standing().mayAct()).isPresent()) {
      return remember(own(ports.view().status()));
    }
    Optional<JsonNode> leaders =
        forwarder
            .toLeaderIfReached(
                new ApiCall("GET", "/cluster/status", Map.of(), "", call.caller(), call.hops()))
            .filter(ApiReply::ok)
            .map(ApiReply::tree);
    if (leaders.isPresent()) {
      return leaders.get().path("stale").asBoolean(false)
          ? fresher(leaders.get())
          : remember(leaders.get());
    }
    return stale();
  }

  private ObjectNode own(Status status) {
    return StatusJson.of(status, ports.files().files());
  }

  private JsonNode remember(JsonNode document) {
    last = Optional.of(new Seen(document, ports.clock().nanos()));
    return document;
  }

  /// Of another node's stale status and this node's own, the one seen later.
  private JsonNode fresher(JsonNode theirs) {
    JsonNode own = stale();
    return own.path("age_s").asDouble(0) < theirs.path("age_s").asDouble(0) ? own : theirs;
  }

  private ObjectNode stale() {
    Optional<Seen> seen = last;
    if (seen.isPresent()) {
      return marked(
          (ObjectNode) seen.get().document().deepCopy(),
          (ports.clock().nanos() - seen.get().nanos()) / 1e9);
    }
    Status own = ports.view().status();
    return marked(own(own), Math.max(0, (ports.clock().wallMillis() - own.asOfMillis()) / 1000.0));
  }

  private static ObjectNode marked(ObjectNode document, double ageSeconds) {
    document.putNull("leader");
    for (JsonNode node : document.path("nodes")) {
      ObjectNode one = (ObjectNode) node;
      one.put("leader", false);
      one.putArray("roles").add(one.path("role").asString(""));
    }
    document.put("stale", true);
    document.put("age_s", Math.round(ageSeconds * 10) / 10.0);
    return document;
  }

  /// A leader's status, and when it was seen.
  private record Seen(JsonNode document, long nanos) {}
}
