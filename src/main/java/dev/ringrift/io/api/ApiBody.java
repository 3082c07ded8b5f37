package dev.ringrift.io.api;

import dev.ringrift.core.NodeId;
import dev.ringrift.io.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// The JSON object that a call carries. What is wrong with it ends the call as a bad request.
final class ApiBody {
  private final JsonNode node;

  private ApiBody(JsonNode node) {
    this.node = node;
  }

  /// @param known the fields that may be there
  static ApiBody of(ApiCall call, String... known) {
    JsonNode node;
    try {
      node =
          call.body().isBlank()
              ? Json.shared().createObjectNode()
              : Json.tree(call.body().getBytes(StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      throw ApiError.bad("the body is no JSON", String.valueOf(e.getMessage()), "");
    }
    if (!node.isObject()) {
      throw ApiError.bad("the body is no JSON object", "", "send {...}");
    }
    List<String> names = List.of(known);
    for (String name : node.propertyNames()) {
      if (!names.contains(name)) {
        throw ApiError.bad(
            "unknown field '%s'".formatted(name), "", "known are: " + String.join(", ", names));
      }
    }
    return new ApiBody(node);
  }

  Optional<String> text(String field) {
    JsonNode value = node.path(field);
    if (value.isMissingNode() || value.isNull() || value.asString("").isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(value.asString(""));
  }

  String required(String field) {
    return text(field)
        .orElseThrow(() -> ApiError.bad("the field '%s' is missing".formatted(field), "", ""));
  }

  JsonNode tree(String field) {
    return node.path(field);
  }

  Optional<NodeId> nodeId(String field) {
    return text(field).map(ApiBody::nodeIdOf);
  }

  static NodeId nodeIdOf(String text) {
    try {
      return new NodeId(text);
    } catch (IllegalArgumentException e) {
      throw ApiError.bad(String.valueOf(e.getMessage()), "", "");
    }
  }
}
