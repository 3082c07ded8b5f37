package dev.ringrift.io.data.web;

import dev.ringrift.core.data.ObjectId;
import dev.ringrift.core.data.RelativePath;
import dev.ringrift.core.data.Sha256;
import dev.ringrift.core.data.SourceListing;
import dev.ringrift.core.data.SourceListing.Entry;
import dev.ringrift.io.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/// `/inventory.json` of a data server: ours tell `id`, `sha256` and `complete` of each file, older
/// ones only its size and time.
public final class InventoryJson {
  /// Most bytes of a document.
  public static final int BYTES_MAX = 64 << 20;

  private static final int PROBLEMS_MAX = 10;

  private InventoryJson() {}

  /// Reads a document. A file whose name leads out of the folder, or whose entry makes no sense, is
  /// left out.
  ///
  /// @param source whose it is
  /// @param problem is told of what was left out
  /// @throws IllegalArgumentException when it is no inventory
  public static SourceListing read(String source, byte[] document, Consumer<String> problem) {
    JsonNode files = Json.tree(document).path("files");
    if (!files.isObject()) {
      throw new IllegalArgumentException("it has no 'files'");
    }
    if (files.size() > SourceListing.ENTRIES_MAX) {
      throw new IllegalArgumentException(
          "it has %d files, and %d are the most"
              .formatted(files.size(), SourceListing.ENTRIES_MAX));
    }
    List<Entry> entries = new ArrayList<>();
    int problems = 0;
    for (Map.Entry<String, JsonNode> file : files.properties()) {
      try {
        entries.add(entry(file.getKey(), file.getValue()));
      } catch (IllegalArgumentException e) {
        if (problems++ < PROBLEMS_MAX) {
          problem.accept("%s: %s".formatted(source, e.getMessage()));
        }
      }
    }
    return new SourceListing(source, entries);
  }

  private static Entry entry(String path, JsonNode file) {
    return new Entry(
        new RelativePath(path),
        file.path("size_bytes").asLong(-1),
        (long) (file.path("mtime").asDouble(0) * 1000),
        text(file, "id", ObjectId::parse),
        text(file, "sha256", Sha256::parse),
        file.path("complete").asBoolean(true));
  }

  private static <T> Optional<T> text(JsonNode file, String name, Function<String, T> read) {
    JsonNode value = file.path(name);
    return value.isString() ? Optional.of(read.apply(value.stringValue())) : Optional.empty();
  }
}
