package dev.ringrift.io.data.server;

import dev.ringrift.io.data.files.FileStore;
import dev.ringrift.io.data.files.Listed;
import dev.ringrift.io.json.Json;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.node.ObjectNode;

/// All files of a node in one document, in the shape of an earlier system's data server: its
/// clients go on to work.
final class Inventory {
  private static final List<String> CATEGORIES = List.of("games", "models", "training", "elo");
  private static final double MIB = 1 << 20;

  private Inventory() {}

  /// @param node the node's name
  /// @param nowMillis since 1970
  static ObjectNode of(String node, FileStore store, long nowMillis) {
    List<Listed> all = store.all();
    ObjectNode document = Json.shared().createObjectNode();
    document.put("hostname", node);
    document.put("timestamp", nowMillis / 1000.0);
    document.put("total_size_mb", all.stream().mapToLong(Listed::sizeBytes).sum() / MIB);
    ObjectNode files = document.putObject("files");
    CATEGORIES.forEach(document::putArray);
    Map<String, Integer> counts = new TreeMap<>();
    for (Listed file : all) {
      String name = file.name().text();
      String category = category(file);
      describe(files.putObject(name), file, category, nowMillis);
      if (CATEGORIES.contains(category)) {
        document.withArray(category).add(name);
      }
      counts.merge(category, 1, Integer::sum);
    }
    ObjectNode summary = document.putObject("summary");
    summary.put("total_files", all.size());
    counts.forEach(summary::put);
    return document;
  }

  private static void describe(ObjectNode node, Listed file, String category, long nowMillis) {
    node.put("name", file.name().fileName());
    node.put("path", file.name().text());
    node.put("size_bytes", file.sizeBytes());
    node.put("mtime", file.modifiedMillis() / 1000.0);
    node.put("category", category);
    node.put("age_hours", Math.max(0, nowMillis - file.modifiedMillis()) / 3_600_000.0);
    file.known()
        .ifPresent(
            known -> {
              node.put("id", known.id().toString());
              node.put("sha256", known.sha256().toString());
              node.put("etag", Contents.etag(known.sha256()));
            });
    node.put("complete", true);
  }

  private static String category(Listed file) {
    List<String> names = file.name().names();
    return names.size() > 1 ? names.getFirst() : "other";
  }
}
