package dev.ringrift.io.api;

import dev.ringrift.core.jobs.Fields;
import dev.ringrift.io.json.Json;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/// The fields of a JSON object, with the names of a job file (`lost_after`) or of the record
/// (`lostAfter`): they are compared without case and underscores.
final class JsonFields implements Fields<JsonFields> {
  private static final String LIST = "a list of texts";
  private static final double AMOUNT_MAX = 1e9;

  private final String path;
  private final Map<String, JsonNode> fields = new HashMap<>();
  private final Map<String, String> names = new HashMap<>();
  private final Set<String> read = new HashSet<>();
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
            names.put(plain(name), name);
            fields.put(plain(name), value);
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

  @Override
  public void refuseOthers() {
    for (Map.Entry<String, String> name : names.entrySet()) {
      if (!read.contains(name.getKey())) {
        problems.add("unknown key '%s' in %s".formatted(name.getValue(), path));
      }
    }
  }

  @Override
  public void problem(String name, String text) {
    problems.add("%s.%s %s".formatted(path, names.getOrDefault(plain(name), name), text));
  }

  @Override
  public void missing(String name, String hint) {
    if (problems.isEmpty()) { // else there may be no spec at all
      problem(name, "is missing: " + hint);
    }
  }

  @Override
  public boolean has(String name) {
    return field(name).isPresent();
  }

  @Override
  public Optional<JsonFields> section(String name) {
    return field(name).map(node -> new JsonFields(node, path + "." + name, problems));
  }

  @Override
  public Optional<String> text(String name) {
    return value(name, JsonNode::isString, JsonNode::asString, "text");
  }

  @Override
  public Optional<Integer> whole(String name, int min, int max) {
    Optional<Integer> number =
        value(name, JsonNode::canConvertToInt, JsonNode::asInt, "a whole number");
    if (number.isPresent() && (number.get() < min || number.get() > max)) {
      problem(name, "is %d: use %d to %d".formatted(number.get(), min, max));
      return Optional.empty();
    }
    return number;
  }

  @Override
  public Optional<Double> amount(String name) {
    Optional<Double> number = value(name, JsonNode::isNumber, JsonNode::asDouble, "a number");
    if (number.isPresent() && !(number.get() >= 0 && number.get() < AMOUNT_MAX)) {
      problem(name, "is %s: use a number that is not negative".formatted(number.get()));
      return Optional.empty();
    }
    return number;
  }

  @Override
  public Optional<Boolean> flag(String name) {
    return value(name, JsonNode::isBoolean, JsonNode::asBoolean, "true or false");
  }

  /// A record in the form in which `Json` writes it.
  <T> Optional<T> record(String name, Class<T> type) {
    try {
      return field(name).map(node -> Json.read(Json.bytes(node), type));
    } catch (IllegalArgumentException e) {
      problems.add(String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  /// A span: seconds, ISO-8601 (`PT5M`) or a number with a unit (`90s`, `5m`, `2h`, `1d`).
  @Override
  public Optional<Duration> duration(String name) {
    try {
      return field(name).map(JsonFields::span);
    } catch (DateTimeParseException e) {
      return wrong(name, "a span as in 90s, 5m or 2h");
    }
  }

  private static Duration span(JsonNode node) {
    if (node.isNumber()) {
      return Duration.ofMillis(Math.round(node.asDouble() * 1000));
    }
    String text = node.asString("").strip().toUpperCase(Locale.ROOT);
    if (text.matches("\\d+D")) {
      return Duration.parse("P" + text);
    }
    return Duration.parse(text.matches("[0-9].*") ? "PT" + text : text);
  }

  @Override
  public List<String> texts(String name) {
    List<String> found = new ArrayList<>();
    for (JsonNode item : array(name)) {
      if (item.isString() || item.isNumber()) {
        found.add(item.asString());
      } else {
        wrong(name, LIST);
      }
    }
    return found;
  }

  @Override
  public Map<String, String> textMap(String name) {
    Map<String, String> found = new HashMap<>();
    Optional<JsonNode> node = field(name);
    if (node.isPresent() && node.get().isObject()) {
      node.get().forEachEntry((key, value) -> found.put(key, value.asString("")));
    } else if (node.isPresent()) {
      wrong(name, "an object of texts");
    }
    return found;
  }

  private Iterable<JsonNode> array(String name) {
    Optional<JsonNode> node = field(name);
    if (node.isPresent() && !node.get().isArray()) {
      wrong(name, LIST);
    }
    return node.filter(JsonNode::isArray).<Iterable<JsonNode>>map(all -> all).orElse(List.of());
  }

  private Optional<JsonNode> field(String name) {
    read.add(plain(name));
    return Optional.ofNullable(fields.get(plain(name))).filter(node -> !node.isNull());
  }

  private <T> Optional<T> value(
      String name, Predicate<JsonNode> fits, Function<JsonNode, T> reader, String what) {
    Optional<JsonNode> node = field(name);
    if (node.isPresent() && !fits.test(node.get())) {
      return wrong(name, what);
    }
    return node.map(reader);
  }

  private <T> Optional<T> wrong(String name, String what) {
    problem(name, "is not " + what);
    return Optional.empty();
  }

  private static String plain(String name) {
    return name.replace("_", "").toLowerCase(Locale.ROOT);
  }
}
