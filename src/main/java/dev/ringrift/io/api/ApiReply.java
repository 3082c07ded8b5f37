package dev.ringrift.io.api;

import dev.ringrift.core.UserError;
import dev.ringrift.io.json.Json;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The answer to an `ApiCall`.
///
/// @param status as in HTTP
/// @param body in the shape of `contentType`
@SuppressWarnings("ArrayRecordComponent") // replies are written out, never compared
public record ApiReply(int status, String contentType, byte[] body) {
  public static final String JSON = "application/json";
  public static final String TEXT = "text/plain; charset=utf-8";
  public static final String HTML = "text/html; charset=utf-8";

  public static ApiReply json(Object value) {
    return json(200, value);
  }

  public static ApiReply json(int status, Object value) {
    return new ApiReply(status, JSON, Json.bytes(value));
  }

  public static ApiReply text(int status, String contentType, String text) {
    return new ApiReply(status, contentType, text.getBytes(StandardCharsets.UTF_8));
  }

  /// An error as people and programs read it: `{error, because, mend}`.
  public static ApiReply error(int status, UserError error) {
    ObjectNode node = Json.shared().createObjectNode();
    node.put("error", error.what());
    node.put("because", error.because());
    node.put("mend", error.mend());
    return json(status, node);
  }

  public boolean ok() {
    return status >= 200 && status < 300;
  }

  /// The body as JSON.
  public JsonNode tree() {
    return Json.tree(body);
  }

  /// The body as text.
  public String text() {
    return new String(body, StandardCharsets.UTF_8);
  }
}
