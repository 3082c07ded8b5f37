package dev.ringrift.cli.data;

import dev.ringrift.cli.ClusterClient;
import dev.ringrift.cli.Facts;
import dev.ringrift.cli.Sizes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/// What commands ask about published names, and how they show it.
final class Names {
  private Names() {}

  /// One name, with who has it.
  static JsonNode file(ClusterClient client, String name) {
    return client.get("/api/v1/data/file", Map.of("name", name));
  }

  /// By node, how it has the newest version.
  static Map<String, JsonNode> nodes(JsonNode file) {
    return Facts.items(file, "nodes").stream()
        .collect(
            Collectors.toMap(
                each -> Facts.text(each, "node"),
                each -> each,
                (one, other) -> other,
                LinkedHashMap::new));
  }

  /// As `v1 120 MiB, w2 88 MiB`: from whom it came.
  static String from(JsonNode node) {
    List<JsonNode> sources = Facts.items(node, "sources");
    return sources.stream()
        .filter(source -> Facts.number(source, "bytes") > 0)
        .map(
            source ->
                "%s %s"
                    .formatted(
                        Facts.text(source, "node"), Sizes.text(Facts.number(source, "bytes"))))
        .collect(Collectors.joining(", "));
  }
}
