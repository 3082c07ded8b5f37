package dev.ringrift.io.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// One value of a file, a variable or a flag, with the place where a person finds it.
sealed interface Value {
  /// For example `line 3`, `RINGRIFT_PORT` or `--port`.
  String where();

  /// A string, list of strings or map of strings as a value found at `where`.
  static Value of(String where, Object content) {
    return switch (content) {
      case List<?> list -> new Sequence(where, list.stream().map(item -> of(where, item)).toList());
      case Map<?, ?> map -> {
        Map<String, Entry> entries = new LinkedHashMap<>();
        map.forEach(
            (key, value) -> entries.put(key.toString(), new Entry(where, of(where, value))));
        yield new Table(where, entries);
      }
      default -> new Text(where, content.toString());
    };
  }

  /// A word, a number, a line of text.
  record Text(String where, String text) implements Value {}

  /// A key with nothing behind it.
  record Nothing(String where) implements Value {}

  record Sequence(String where, List<Value> items) implements Value {
    public Sequence {
      items = List.copyOf(items);
    }
  }

  /// Keys in the order of the file.
  record Table(String where, Map<String, Entry> entries) implements Value {
    public Table {
      entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
    }

    static Table empty() {
      return new Table("", Map.of());
    }

    /// The same table with `key` set, or set anew; `resources.gpus` sets `gpus` in the table
    /// `resources`.
    Table with(String key, Value value) {
      int dot = key.indexOf('.');
      if (dot > 0) {
        String outer = key.substring(0, dot);
        Entry entry = entries.get(outer);
        Table inner = entry != null && entry.value() instanceof Table found ? found : empty();
        return with(outer, inner.with(key.substring(dot + 1), value));
      }
      Map<String, Entry> copy = new LinkedHashMap<>(entries);
      copy.put(key, new Entry(value.where(), value));
      return new Table(where, copy);
    }
  }

  /// @param where the key's own place
  record Entry(String where, Value value) {}
}
