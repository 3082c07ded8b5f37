package dev.ringrift.io.data.server;

import java.util.Map;
import java.util.Optional;

/// One request, as far as the answer depends on it.
///
/// @param path as it was sent, without the query
/// @param headers by their names in lower case
record Ask(boolean head, String path, Map<String, String> query, Map<String, String> headers) {
  Ask {
    query = Map.copyOf(query);
    headers = Map.copyOf(headers);
  }

  Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name));
  }

  /// A number of the query; `otherwise` where it has none.
  long number(String key, long otherwise) {
    String text = query.getOrDefault(key, "");
    return text.matches("\\d{1,18}") ? Long.parseLong(text) : otherwise;
  }
}
