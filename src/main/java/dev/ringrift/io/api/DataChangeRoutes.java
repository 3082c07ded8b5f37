package dev.ringrift.io.api;

import dev.ringrift.agent.data.Depot;
import dev.ringrift.agent.data.Intake;
import dev.ringrift.agent.view.DataView;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.Role;
import dev.ringrift.core.data.Content;
import dev.ringrift.core.data.DataName;
import dev.ringrift.core.data.ObjectId;
import dev.ringrift.core.data.Sha256;
import dev.ringrift.core.jobs.Job;
import dev.ringrift.core.ledger.Command;
import dev.ringrift.core.ledger.DataRecord;
import dev.ringrift.core.ledger.NodeRecord;
import dev.ringrift.io.api.Route.Access;
import dev.ringrift.io.api.Route.Where;
import dev.ringrift.io.json.Json;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Publishing files, and saying where they are to be.
final class DataChangeRoutes {
  private static final int KEY_LENGTH_MAX = 200;

  private final ApiPorts ports;
  private final Changes changes;
  private final Forwarder forwarder;

  DataChangeRoutes(ApiPorts ports, Changes changes, Forwarder forwarder) {
    this.ports = ports;
    this.changes = changes;
    this.forwarder = forwarder;
  }

  List<Route> routes() {
    return List.of(
        // A worker takes a file too, on an administrator's word that a voter hands on: see `take`.
        Route.post("/api/v1/data/take", Access.READ, Where.HERE, (call, words) -> take(call)),
        Route.post("/api/v1/data/upload", Access.SUBMIT, Where.VOTER, (call, words) -> add(call)),
        Route.post(
            "/api/v1/data/publish", Access.SUBMIT, Where.LEADER, (call, words) -> publish(call)),
        Route.post("/api/v1/data/keep", Access.SUBMIT, Where.LEADER, (call, words) -> keep(call)),
        Route.post(
            "/api/v1/data/unpublish",
            Access.SUBMIT,
            Where.LEADER,
            (call, words) -> unpublish(call)),
        Route.post("/api/v1/data/gc", Access.ADMIN, Where.LEADER, (call, words) -> tidy(call)));
  }

  /// Has a node take a file of its machine. Only an administrator may: whoever names a path could
  /// name the key of a voter.
  private ApiReply take(ApiCall call) {
    boolean worker = ports.view().health().role() == Role.WORKER;
    Permission.check(Access.ADMIN, call, worker && call.hops() == 0);
    ApiBody body = ApiBody.of(call, "node", "name", "path");
    NodeId node = body.nodeId("node").orElse(ports.self());
    if (node.equals(ports.self())) {
      Path path = Path.of(body.required("path"));
      if (!path.isAbsolute()) {
        throw ApiError.bad("'%s' is no absolute path".formatted(path), "", "");
      }
      return state(ports.intake().take(DataRoutes.name(body.required("name")), path));
    }
    if (!worker && forwarder.reaches(node)) {
      return forwarder.ask(node, call);
    }
    if (ports.leading() || worker) {
      throw ApiError.unavailable(
          "node %s cannot be asked".formatted(node), "there is no link to it", "is it up?");
    }
    return forwarder.toLeader(call);
  }

  private ApiReply add(ApiCall call) {
    ApiBody body = ApiBody.of(call, "key", "offset", "data", "last");
    String key = body.required("key");
    if (key.length() > KEY_LENGTH_MAX) {
      throw ApiError.bad("the key has %d characters".formatted(key.length()), "", "");
    }
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(body.text("data").orElse(""));
    } catch (IllegalArgumentException e) {
      throw ApiError.bad("'data' is no base64", String.valueOf(e.getMessage()), "");
    }
    Intake.State state =
        ports
            .intake()
            .add(key, body.tree("offset").asLong(0), bytes, body.tree("last").asBoolean(false));
    return state(state);
  }

  private static ApiReply state(Intake.State state) {
    ObjectNode json =
        state.content().map(DataJson::content).orElseGet(() -> Json.shared().createObjectNode());
    json.put("total_bytes", state.sizeBytes());
    json.put("done_bytes", state.doneBytes());
    return ApiReply.json(json);
  }

  private ApiReply publish(ApiCall call) {
    ApiBody body = ApiBody.of(call, "name", "id", "size_bytes", "sha256", "node");
    DataName name = DataRoutes.name(body.required("name"));
    if (name.internal()) {
      throw ApiError.bad("%s is the cluster's own".formatted(name), "", "choose another name");
    }
    Content content;
    try {
      content =
          new Content(
              ObjectId.parse(body.required("id")),
              body.tree("size_bytes").asLong(-1),
              Sha256.parse(body.required("sha256")));
    } catch (IllegalArgumentException e) {
      throw ApiError.bad(String.valueOf(e.getMessage()), "", "");
    }
    long now = ports.clock().wallMillis();
    changes.commit(new Command.Publish(name, content, call.caller().name(), now));
    // Where it was published it stays up to date; the name would mean something old there.
    body.nodeId("node")
        .ifPresent(node -> changes.commit(new Command.Keep(name, Set.of(node), Set.of(), 0, now)));
    return ApiReply.json(DataJson.content(content).put("name", name.value()));
  }

  private ApiReply keep(ApiCall call) {
    ApiBody body = ApiBody.of(call, "name", "add", "remove", "copies");
    DataName name = DataRoutes.name(body.required("name"));
    Set<NodeId> add = nodes(body.tree("add"));
    int copies = body.tree("copies").asInt(0);
    if (copies < 0 || copies > DataRecord.COPIES_MAX) {
      throw ApiError.bad("%d copies".formatted(copies), "", "use 1 to " + DataRecord.COPIES_MAX);
    }
    changes.commit(
        new Command.Keep(
            name, add, nodes(body.tree("remove")), copies, ports.clock().wallMillis()));
    ObjectNode reply = Json.shared().createObjectNode();
    ArrayNode list = reply.putArray("nodes");
    add.stream().sorted().forEach(node -> list.add(node.value()));
    return ApiReply.json(reply);
  }

  /// An array of nodes' ids, or `all`: those in the list now that are not gone.
  private Set<NodeId> nodes(JsonNode json) {
    if (json.asString("").equals("all")) {
      return ports
          .ownLedger()
          .read(
              state -> {
                Set<NodeId> all = new HashSet<>();
                for (NodeRecord record : state.nodes().values()) {
                  if (record.word() != NodeRecord.Word.GONE) {
                    all.add(record.id());
                  }
                }
                return all;
              });
    }
    Set<NodeId> found = new HashSet<>();
    json.forEach(node -> found.add(ApiBody.nodeIdOf(node.asString(""))));
    return found;
  }

  private ApiReply unpublish(ApiCall call) {
    DataName name = DataRoutes.name(ApiBody.of(call, "name").required("name"));
    Optional<DataRecord> record =
        ports.ownLedger().read(state -> Optional.ofNullable(state.data().get(name)));
    changes.commit(new Command.Unpublish(name, ports.clock().wallMillis()));
    record.ifPresent(
        old -> ports.files().giveUp(old.versions().stream().map(v -> v.content().id()).toList()));
    return ApiReply.json(Json.shared().createObjectNode().put("name", name.value()));
  }

  /// Gives up what no name means any more. `dry_run` only says what that is.
  private ApiReply tidy(ApiCall call) {
    boolean dryRun = ApiBody.of(call, "dry_run").tree("dry_run").asBoolean(false);
    Set<ObjectId> meant =
        ports
            .ownLedger()
            .read(
                state -> {
                  Set<ObjectId> ids = new HashSet<>();
                  state.data().values().forEach(r -> ids.add(r.newest().content().id()));
                  for (Job job : state.jobs().values()) {
                    job.spec()
                        .files()
                        .folder()
                        .filter(folder -> !state.ended(job.id()))
                        .ifPresent(folder -> ids.add(folder.id()));
                  }
                  return ids;
                });
    Set<ObjectId> unwanted = new HashSet<>();
    ArrayNode list = Json.shared().createArrayNode();
    for (Map.Entry<NodeId, DataView.OnNode> entry :
        new TreeMap<>(ports.files().files()).entrySet()) {
      for (Depot.Spare copy : entry.getValue().spare()) {
        if (!meant.contains(copy.id())) {
          unwanted.add(copy.id());
          list.addObject()
              .put("node", entry.getKey().value())
              .put("id", copy.id().toString())
              .put("size_bytes", copy.sizeBytes());
        }
      }
    }
    if (!dryRun) {
      ports.files().giveUp(unwanted);
    }
    return ApiReply.json(list);
  }
}
