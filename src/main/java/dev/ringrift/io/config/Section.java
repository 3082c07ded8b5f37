package dev.ringrift.io.config;

import dev.ringrift.core.jobs.Fields;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/// A typed view of one table: what does not fit goes to the problems, and so does every key that
/// nobody asked for. Lists and maps may also be one line: `a, b` and `k=v, k2=v2`. Not thread-safe.
final class Section implements Fields<Section> {
  private final Value.Table table;
  private final String path;
  private final Problems problems;
  private final Set<String> asked = new TreeSet<>();

  Section(Value.Table table, Problems problems) {
    this(table, "", problems);
  }

  private Section(Value.Table table, String path, Problems problems) {
    this.table = table;
    this.path = path;
    this.problems = problems;
  }

  /// Whether the key is there with something behind it.
  @Override
  public boolean has(String key) {
    return value(key).isPresent();
  }

  Optional<Value> value(String key) {
    asked.add(key);
    Value.Entry entry = table.entries().get(key);
    return entry == null || entry.value() instanceof Value.Nothing
        ? Optional.empty()
        : Optional.of(entry.value());
  }

  /// The place of a key, for problems found outside.
  String where(String key) {
    Value.Entry entry = table.entries().get(key);
    return entry == null ? table.where() : entry.where();
  }

  /// Notes a problem with the value of `key`.
  @Override
  public void problem(String key, String text) {
    problems.add(where(key), "'%s' %s".formatted(path + key, text));
  }

  /// Notes that a key is not there, with what to write.
  @Override
  public void missing(String key, String hint) {
    problems.add("", "'%s' is missing: %s".formatted(path + key, hint));
  }

  @Override
  public Optional<String> text(String key) {
    return scalar(key, "one line of text", text -> text);
  }

  @Override
  public Optional<Integer> whole(String key, int min, int max) {
    String wanted = "a whole number from %d to %d".formatted(min, max);
    Optional<Integer> number = scalar(key, wanted, text -> Integer.valueOf(text.strip()));
    if (number.isPresent() && (number.get() < min || number.get() > max)) {
      problem(key, "is %d: write %s".formatted(number.get(), wanted));
      return Optional.empty();
    }
    return number;
  }

  /// A number that is not negative.
  @Override
  public Optional<Double> amount(String key) {
    String wanted = "a number that is not negative";
    Optional<Double> number = scalar(key, wanted, text -> Double.valueOf(text.strip()));
    if (number.isPresent() && !(number.get() >= 0 && number.get() < 1e9)) {
      problem(key, "is %s: write %s".formatted(number.get(), wanted));
      return Optional.empty();
    }
    return number;
  }

  @Override
  public Optional<Boolean> flag(String key) {
    return scalar(key, "true or false", Section::flagOf);
  }

  @Override
  public Optional<Duration> duration(String key) {
    return scalar(key, DurationText.GRAMMAR.replace("write ", ""), DurationText::parse);
  }

  /// A list of texts, in order; empty where the key is missing.
  @Override
  public List<String> texts(String key) {
    return switch (value(key).orElse(null)) {
      case null -> List.of();
      case Value.Text line -> split(line.text(), ",");
      case Value.Sequence sequence -> items(key, sequence);
      case Value other -> {
        problem(key, "must be a list");
        yield List.of();
      }
    };
  }

  /// A map of texts in the order of the file; empty where the key is missing.
  @Override
  public Map<String, String> textMap(String key) {
    Map<String, String> map = new LinkedHashMap<>();
    switch (value(key).orElse(null)) {
      case null -> {}
      case Value.Text line -> pairs(key, line.text(), map);
      case Value.Table inner ->
          inner
              .entries()
              .forEach(
                  (name, entry) -> {
                    switch (entry.value()) {
                      case Value.Text text -> map.put(name, text.text());
                      case Value.Nothing nothing -> map.put(name, "");
                      case Value other ->
                          problems.add(
                              entry.where(),
                              "'%s%s.%s' must be one line of text".formatted(path, key, name));
                    }
                  });
      case Value other -> problem(key, "must be a map of 'name: value'");
    }
    return map;
  }

  /// A map of lists of texts, for example the addresses of each voter. In one line:
  /// `a=x y, b=z`.
  Map<String, List<String>> textLists(String key) {
    Map<String, List<String>> map = new LinkedHashMap<>();
    if (value(key).orElse(null) instanceof Value.Table) {
      section(key).ifPresent(inner -> inner.keys().forEach(k -> map.put(k, inner.words(k))));
    } else {
      textMap(key).forEach((name, line) -> map.put(name, split(line, "\\s+")));
    }
    return map;
  }

  private List<String> words(String key) {
    return value(key).orElse(null) instanceof Value.Text line
        ? split(line.text(), "[,\\s]+")
        : texts(key);
  }

  @Override
  public Optional<Section> section(String key) {
    Optional<Value> value = value(key);
    if (value.isPresent() && !(value.get() instanceof Value.Table)) {
      problem(key, "must be a map of 'name: value'");
      return Optional.empty();
    }
    return value.map(found -> new Section((Value.Table) found, path + key + ".", problems));
  }

  /// The tables of a list, or of a single table. A text in it is one too, with only `key`.
  List<Section> sections(String key, String shortKey) {
    List<Value> items =
        switch (value(key).orElse(null)) {
          case null -> List.of();
          case Value.Sequence sequence -> sequence.items();
          case Value one -> List.of(one);
        };
    List<Section> found = new ArrayList<>();
    for (Value item : items) {
      switch (item) {
        case Value.Table inner -> found.add(new Section(inner, path + key + ".", problems));
        case Value.Text text ->
            found.add(
                new Section(
                    new Value.Table(
                        text.where(), Map.of(shortKey, new Value.Entry(text.where(), text))),
                    path + key + ".",
                    problems));
        case Value other ->
            problems.add(other.where(), "'%s%s' must be a list of maps".formatted(path, key));
      }
    }
    return found;
  }

  /// The keys of this table.
  List<String> keys() {
    return List.copyOf(table.entries().keySet());
  }

  /// Notes every key that nobody asked for. To be called last.
  @Override
  public void refuseOthers() {
    table
        .entries()
        .forEach(
            (key, entry) -> {
              if (!asked.contains(key)) {
                String hint =
                    Nearest.to(key, asked)
                        .map(near -> "did you mean '%s'?".formatted(path + near))
                        .orElseGet(() -> "known are " + String.join(", ", asked));
                problems.add(entry.where(), "unknown key '%s': %s".formatted(path + key, hint));
              }
            });
  }

  private <T> Optional<T> scalar(String key, String wanted, Function<String, T> read) {
    Optional<Value> value = value(key);
    if (value.isEmpty()) {
      return Optional.empty();
    }
    if (!(value.get() instanceof Value.Text text)) {
      problem(key, "must be " + wanted);
      return Optional.empty();
    }
    try {
      return Optional.of(read.apply(text.text()));
    } catch (IllegalArgumentException | ArithmeticException e) {
      problem(key, "is '%s': write %s".formatted(text.text(), wanted));
      return Optional.empty();
    }
  }

  private List<String> items(String key, Value.Sequence sequence) {
    List<String> texts = new ArrayList<>();
    for (Value item : sequence.items()) {
      if (item instanceof Value.Text text) {
        texts.add(text.text());
      } else {
        problems.add(item.where(), "'%s' must be a list of texts".formatted(path + key));
      }
    }
    return texts;
  }

  private void pairs(String key, String line, Map<String, String> into) {
    for (String pair : split(line, ",")) {
      int equals = pair.indexOf('=');
      if (equals < 1) {
        problem(key, "is '%s': write name=value, name=value".formatted(line));
        return;
      }
      into.put(pair.substring(0, equals).strip(), pair.substring(equals + 1).strip());
    }
  }

  private static List<String> split(String line, String separator) {
    List<String> parts = new ArrayList<>();
    for (String part : line.split(separator, -1)) {
      if (!part.isBlank()) {
        parts.add(part.strip());
      }
    }
    return parts;
  }

  private static Boolean flagOf(String text) {
    return switch (text.strip().toLowerCase(java.util.Locale.ROOT)) {
      case "true", "yes", "on", "1" -> true;
      case "false", "no", "off", "0", "" -> false;
      default -> throw new IllegalArgumentException(text);
    };
  }
}
