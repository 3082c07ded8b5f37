package dev.ringrift.io.http;

import dev.ringrift.io.api.Api;
import dev.ringrift.io.api.ApiCall;
import dev.ringrift.io.api.ApiReply;
import dev.ringrift.io.json.Json;
import io.vertx.core.http.HttpServerRequest;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import tools.jackson.databind.JsonNode;

/// Server-sent events: asks the plain route again and again, waiting each time, and passes on what
/// comes. `Last-Event-ID` takes a stream up where it broke. Ends when the reader goes, or with the
/// output of an attempt. The next piece is written when the last one has left, so a slow reader
/// holds one piece in memory and no more.
final class EventStream {
  private static final long WAIT_MILLIS = 10_000;

  private final Api api;
  private final Answering answering;
  private final Optional<String> lastId;

  EventStream(Api api, HttpServerRequest request, Answering answering) {
    this.api = api;
    this.answering = answering;
    this.lastId = Optional.ofNullable(request.getHeader("Last-Event-ID"));
  }

  /// Runs until the stream ends; blocks its thread.
  ///
  /// @param suffix of the path, behind that of the plain route
  void run(ApiCall call, String suffix) {
    String path = call.path().substring(0, call.path().length() - suffix.length());
    boolean logs = path.endsWith("/logs");
    Map<String, String> query = new HashMap<>(call.query());
    lastId.ifPresent(id -> query.put(logs ? "offset" : "after", id));
    ApiReply reply = api.call(next(call, path, query, 0));
    if (!reply.ok()) {
      answering.send(reply);
      return;
    }
    try {
      answering.beginStream().join();
      boolean more = true;
      while (more) {
        more = logs ? writeOutput(reply.tree(), query) : writeEvents(reply.tree(), query);
        if (more) {
          reply = api.call(next(call, path, query, WAIT_MILLIS));
        }
        if (!reply.ok()) {
          answering.write("event: error\ndata: " + oneLine(reply) + "\n\n").join();
          more = false;
        }
      }
      answering.endStream();
    } catch (CompletionException e) {
      answering.endStream(); // the reader is gone
    }
  }

  private static ApiCall next(
      ApiCall call, String path, Map<String, String> query, long waitMillis) {
    Map<String, String> asked = new HashMap<>(query);
    asked.put("wait_ms", String.valueOf(waitMillis));
    asked.remove("raw");
    return new ApiCall("GET", path, asked, "", call.caller(), 0);
  }

  private boolean writeEvents(JsonNode reply, Map<String, String> query) {
    StringBuilder text = new StringBuilder();
    for (JsonNode event : reply) {
      String id = String.valueOf(event.path("seq").asLong(0));
      text.append("id: ").append(id);
      text.append("\ndata: ").append(Json.text(event)).append("\n\n");
      query.put("after", id);
    }
    answering.write(text.isEmpty() ? ":\n\n" : text.toString()).join();
    query.putIfAbsent("after", "0");
    return true;
  }

  private boolean writeOutput(JsonNode chunk, Map<String, String> query) {
    long next = chunk.path("next").asLong(0);
    boolean something = next > chunk.path("offset").asLong(0);
    answering
        .write(something ? "id: %d\ndata: %s\n\n".formatted(next, Json.text(chunk)) : ":\n\n")
        .join();
    query.put("offset", String.valueOf(next));
    if (chunk.path("ended").asBoolean(false) && next >= chunk.path("size").asLong(0)) {
      answering.write("event: end\ndata: {}\n\n").join();
      return false;
    }
    return true;
  }

  private static String oneLine(ApiReply reply) {
    return reply.text().replace('\n', ' ');
  }
}
