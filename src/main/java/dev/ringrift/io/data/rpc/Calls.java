package dev.ringrift.io.data.rpc;

import dev.ringrift.io.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.NullNode;

/// JSON-RPC 2.0: one call, a batch of them, or `system.multicall`. Thread-safe.
final class Calls {
  /// Most calls in one message.
  static final int BATCH_MAX = 100;

  private static final String MULTICALL = "system.multicall";

  private final Methods methods;

  Calls(Methods methods) {
    this.methods = methods;
  }

  /// An answer as JSON and the HTTP status for it.
  record Answered(int status, String json) {}

  Answered answer(String message) {
    JsonNode node;
    try {
      node = Json.tree(message.getBytes(StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      return failed(new RpcError(RpcError.PARSE_ERROR, "Parse error."));
    }
    if (node.isArray()) {
      if (node.size() > BATCH_MAX) {
        return failed(
            new RpcError(
                RpcError.INVALID_REQUEST, "more than %d calls at a time".formatted(BATCH_MAX)));
      }
      List<Object> all = new ArrayList<>();
      node.forEach(one -> all.add(single(one).body()));
      return new Answered(200, Json.text(all));
    }
    Reply reply = single(node);
    return new Answered(reply.status(), Json.text(reply.body()));
  }

  private Answered failed(RpcError error) {
    return new Answered(error.httpStatus(), Json.text(envelope(NullNode.getInstance(), error)));
  }

  private record Reply(int status, Map<String, Object> body) {}

  private Reply single(JsonNode call) {
    JsonNode id = call.path("id");
    try {
      if (!call.isObject() || id.isMissingNode() || !call.path("method").isString()) {
        throw new RpcError(RpcError.INVALID_REQUEST, "Invalid Request.");
      }
      Map<String, Object> body = begin(id);
      body.put("result", result(call.path("method").stringValue(), params(call.path("params"))));
      return new Reply(200, body);
    } catch (RpcError e) {
      return new Reply(
          e.httpStatus(), envelope(id.isMissingNode() ? NullNode.getInstance() : id, e));
    }
  }

  private static Map<String, Object> begin(@Nullable Object id) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("id", id);
    body.put("jsonrpc", "2.0");
    return body;
  }

  private static Map<String, Object> envelope(JsonNode id, RpcError error) {
    Map<String, Object> body = begin(id);
    body.put("error", Map.of("code", error.code(), "message", error.message()));
    return body;
  }

  private static List<JsonNode> params(JsonNode node) {
    if (!node.isMissingNode() && !node.isArray()) {
      throw new RpcError(RpcError.INVALID_REQUEST, "Invalid Request.");
    }
    List<JsonNode> params = new ArrayList<>();
    node.forEach(params::add);
    return params;
  }

  private Object result(String method, List<JsonNode> params) {
    if (!method.equals(MULTICALL)) {
      return methods.call(method, params);
    }
    if (params.isEmpty() || !params.getFirst().isArray()) {
      throw RpcError.refused("The parameter at 0 is required but missing.");
    }
    if (params.getFirst().size() > BATCH_MAX) {
      throw RpcError.refused("more than %d calls at a time".formatted(BATCH_MAX));
    }
    List<Object> results = new ArrayList<>();
    for (JsonNode call : params.getFirst()) {
      results.add(inner(call));
    }
    return results;
  }

  private Object inner(JsonNode call) {
    try {
      String name = call.path("methodName").asString("");
      if (name.equals(MULTICALL)) {
        throw RpcError.refused("Recursive system.multicall forbidden.");
      }
      return List.of(methods.call(name, params(call.path("params"))));
    } catch (RpcError e) {
      return Map.of("code", e.code(), "message", e.message());
    }
  }
}
