package dev.ringrift.io.api;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/// The fields of a JSON object, read with their types; notes every problem instead of stopping at
/// the first. Names are compared without case and underscores.
final class JsonFields {
  private final String path;
  private final Map<String, JsonNode> fields = new HashMap<>();
  private final Map<String, String> names = new HashMap<>();
  private final Set<String> read = new HashSet<>();
  private final List<JsonFields> children = new ArrayList<>();
  private final List<String> problems;

  JsonFields(JsonNode node, String path) {
    this(node, path, new ArrayList<>());
  }

  private JsonFields(JsonNode node, String path, List<String> problems) {
    this.path = path;
    this.problems = problems;
    if (node.isObject()) {
      node.forEachEntry(
          (name, value) -> {
            String plain = name.replace("_", "").toLowerCase(Locale.ROOT);
            names.put(plain, name);
            fields.put(plain, value);
          });
    } else if (!node.isMissingNode() && !node.isNull()) {
      problems.add("'%s' is no object".formatted(path));
    } else if (path.equals("spec")) {
      problems.add("'spec' is missing");
    }
  }

  /// What is wrong so far, with the names of the fields.
  List<String> problems() {
    return problems;
  }

  /// Notes the fields that nobody asked for.
  void refuseUnread() {
    for (Map.Entry<String, String> name : names.entrySet()) {
      if (!read.contains(name.getKey())) {
        problems.add("unknown key '%s' in %s".formatted(name.getValue(), path));
      }
    }
    children.forEach(JsonFields::refuseUnread);
  }

  /// What `maker` makes; when the values do not fit together, that is noted.
  <T> T made(Supplier<T> maker, T otherwise) {
    try {
      return maker.get();
    } catch (IllegalArgumentException e) {
      problems.add(String.valueOf(e.getMessage()));
      return otherwise;
    }
  }

  JsonFields object(String name) {
    JsonFields child = new JsonFields(field(name), path + "." + name, problems);
    children.add(child);
    return child;
  }

  String text(String name, String otherwise) {
    return value(name, otherwise, JsonNode::isString, JsonNode::asString, "text");
  }

  int integer(String name, int otherwise) {
    return value(name, otherwise, JsonNode::canConvertToInt, JsonNode::asInt, "a whole number");
  }

  double decimal(String name, double otherwise) {
    return value(name, otherwise, JsonNode::isNumber, JsonNode::asDouble, "a number");
  }

  boolean flag(String name, boolean otherwise) {
    return value(name, otherwise, JsonNode::isBoolean, JsonNode::asBoolean, "true or false");
  }

  /// A span: seconds, ISO-8601 (`PT5M`) or a number with a unit (`90s`, `5m`, `2h`, `1d`).
  Duration span(String name, Duration otherwise) {
    JsonNode node = field(name);
    if (node.isMissingNode() || node.isNull()) {
      return otherwise;
    }
    try {
      if (node.isNumber()) {
        return Duration.ofMillis(Math.round(node.asDouble() * 1000));
      }
      String text = node.asString("").strip().toUpperCase(Locale.ROOT);
      if (text.matches("\\d+D")) {
        return Duration.parse("P" + text);
      }
      return Duration.parse(text.matches("[0-9].*") ? "PT" + text : text);
    } catch (DateTimeParseException e) {
      return wrong(name, "a span as in 90s, 5m or 2h", otherwise);
    }
  }

  List<String> texts(String name) {
    List<String> found = new ArrayList<>();
    for (JsonNode item : array(name, "a list of texts")) {
      if (item.isString() || item.isNumber()) {
        found.add(item.asString());
      } else {
        wrong(name, "a list of texts", "");
      }
    }
    return found;
  }

  List<Long> longs(String name) {
    List<Long> found = new ArrayList<>();
    for (JsonNode item : array(name, "a list of whole numbers")) {
      if (item.canConvertToInt()) {
        found.add(item.asLong());
      } else {
        wrong(name, "a list of whole numbers", "");
      }
    }
    return found;
  }

  Map<String, String> map(String name) {
    Map<String, String> found = new HashMap<>();
    JsonNode node = field(name);
    if (node.isObject()) {
      node.forEachEntry((key, value) -> found.put(key, value.asString("")));
    } else if (!node.isMissingNode() && !node.isNull()) {
      wrong(name, "an object of texts", "");
    }
    return found;
  }

  private Iterable<JsonNode> array(String name, String what) {
    JsonNode node = field(name);
    if (node.isArray()) {
      return node;
    }
    return node.isMissingNode() || node.isNull() ? List.of() : wrong(name, what, List.of());
  }

  private JsonNode field(String name) {
    read.add(name);
    return fields.getOrDefault(name, MissingNode.getInstance());
  }

  private <T> T value(
      String name,
      T otherwise,
      Predicate<JsonNode> fits,
      Function<JsonNode, T> reader,
      String what) {
    JsonNode node = field(name);
    if (node.isMissingNode() || node.isNull()) {
      return otherwise;
    }
    return fits.test(node) ? reader.apply(node) : wrong(name, what, otherwise);
  }

  private <T> T wrong(String name, String what, T otherwise) {
    problems.add("%s.%s is not %s".formatted(path, names.getOrDefault(name, name), what));
    return otherwise;
  }
}
