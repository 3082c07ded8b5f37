package dev.ringrift.io.api;

import dev.ringrift.core.NodeId;
import dev.ringrift.core.jobs.Attempt;
import dev.ringrift.core.jobs.AttemptId;
import dev.ringrift.core.jobs.Task;
import dev.ringrift.io.api.Route.Access;
import dev.ringrift.io.api.Route.Where;
import dev.ringrift.io.json.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// The output of attempts, from whichever node keeps it: this one, the one that runs it, or a
/// voter that it was streamed to.
final class LogRoutes {
  /// Most bytes of output in one answer.
  static final int BYTES_MAX = 1 << 20;

  private static final int BYTES_DEFAULT = 256 << 10;

  private final ApiPorts ports;
  private final Forwarder forwarder;

  LogRoutes(ApiPorts ports, Forwarder forwarder) {
    this.ports = ports;
    this.forwarder = forwarder;
  }

  List<Route> routes() {
    return List.of(Route.get("/api/v1/logs", Access.READ, Where.HERE, (call, words) -> logs(call)));
  }

  private ApiReply logs(ApiCall call) {
    AttemptId attempt = attempt(call);
    String stream = call.param("stream").orElse("stdout");
    if (!stream.equals("stdout") && !stream.equals("stderr")) {
      throw ApiError.bad("there is no stream '%s'".formatted(stream), "", "use stdout or stderr");
    }
    long offset = call.number("offset", 0, 0, Long.MAX_VALUE);
    int max = (int) call.number("max", BYTES_DEFAULT, 1, BYTES_MAX);
    Optional<LogSource.Chunk> own =
        ports.logs().read(attempt, stream, offset, max, Duration.ofMillis(call.waitMillis()));
    if (own.isPresent()) {
      return reply(call, attempt, stream, own.get());
    }
    if (call.flag("local")) {
      throw ApiError.missing(
          "node %s keeps no output of %s".formatted(ports.self(), attempt), "", "");
    }
    return ports.ledger().isPresent() ? elsewhere(call, attempt) : forwarder.toVoter(call);
  }

  private static AttemptId attempt(ApiCall call) {
    try {
      return AttemptId.parse(
          call.param("attempt")
              .orElseThrow(() -> ApiError.bad("no attempt is named", "", "add attempt=7.0.1")));
    } catch (IllegalArgumentException e) {
      throw ApiError.bad(String.valueOf(e.getMessage()), "", "write it as in 7.0.1");
    }
  }

  private ApiReply elsewhere(ApiCall call, AttemptId attempt) {
    Attempt record = known(attempt);
    List<NodeId> holders = new ArrayList<>(forwarder.otherVoters());
    NodeId runsOn = record.node();
    if (!runsOn.equals(ports.self()) && forwarder.reaches(runsOn)) {
      holders.remove(runsOn);
      holders.addFirst(runsOn);
    }
    Map<String, String> query = new HashMap<>(call.query());
    query.put("local", "1");
    ApiCall local = new ApiCall("GET", call.path(), query, "", call.caller(), call.hops());
    for (NodeId holder : holders) {
      Optional<ApiReply> reply = forwarder.askIfReached(holder, local).filter(ApiReply::ok);
      if (reply.isPresent()) {
        return reply.get();
      }
    }
    throw ApiError.missing(
        "no output of %s can be had".formatted(attempt),
        record.startedMillis() == 0
            ? "it has not started: it is %s on %s".formatted(record.state().label(), runsOn)
            : "%s, where it ran, cannot be asked now, and no voter that can be asked keeps a copy"
                .formatted(runsOn),
        record.startedMillis() == 0 ? "see: ringrift jobs explain " + attempt.task() : "");
  }

  private Attempt known(AttemptId attempt) {
    Task task =
        ports
            .ownLedger()
            .read(state -> state.task(attempt.task()))
            .orElseThrow(
                () ->
                    ApiError.missing(
                        "no task " + attempt.task(), "", "list them: ringrift jobs list"));
    return task.attempt(attempt.number())
        .orElseThrow(
            () ->
                ApiError.missing(
                    "no attempt " + attempt,
                    "task %s is %s and has had %d attempts"
                        .formatted(task.id(), task.state().label(), task.attempts().size()),
                    "see: ringrift jobs show " + attempt.task().job()));
  }

  private static ApiReply reply(
      ApiCall call, AttemptId attempt, String stream, LogSource.Chunk chunk) {
    if (call.flag("raw")) {
      return new ApiReply(200, ApiReply.TEXT, chunk.bytes());
    }
    ObjectNode node = Json.shared().createObjectNode();
    node.put("attempt", attempt.toString());
    node.put("stream", stream);
    node.put("offset", chunk.offset());
    node.put("next", chunk.offset() + chunk.bytes().length);
    node.put("size", chunk.size());
    node.put("ended", chunk.ended());
    node.put("data", Base64.getEncoder().encodeToString(chunk.bytes()));
    return ApiReply.json(node);
  }
}
