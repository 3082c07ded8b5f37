package dev.ringrift.cli;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// Reads what a cluster answered; what is missing, as with an older agent, is empty or 0.
public final class Facts {
  private Facts() {}

  public static String text(JsonNode node, String key) {
    JsonNode value = node.path(key);
    return value.isValueNode() && !value.isNull() ? value.asString() : "";
  }

  public static long number(JsonNode node, String key) {
    return node.path(key).isNumber() ? node.path(key).asLong() : 0;
  }

  /// A number, or how many there are of a list.
  public static long howMany(JsonNode node, String key) {
    return node.path(key).isArray() ? node.path(key).size() : number(node, key);
  }

  public static List<JsonNode> items(JsonNode array) {
    List<JsonNode> items = new ArrayList<>();
    array.forEach(items::add);
    return items;
  }

  public static List<JsonNode> items(JsonNode node, String key) {
    return items(node.path(key));
  }

  /// Seconds as `3 s ago`; `-` where they are not known.
  public static String agoOrDash(JsonNode node, String key) {
    JsonNode seconds = node.path(key);
    return seconds.isNumber() && seconds.asDouble() >= 0
        ? Spans.agoOf((long) (seconds.asDouble() * 1000))
        : "-";
  }

  /// A time in milliseconds since 1970, written as such or as in ISO 8601; 0 for none.
  public static long millis(JsonNode node, String key) {
    JsonNode value = node.path(key);
    if (value.isNumber()) {
      return value.asLong();
    }
    try {
      return value.isString() ? Instant.parse(value.asString()).toEpochMilli() : 0;
    } catch (DateTimeParseException e) {
      return 0;
    }
  }
}
