package dev.ringrift.io.data.server;

import dev.ringrift.core.data.RelativePath;
import dev.ringrift.io.data.files.FileStore;
import dev.ringrift.io.data.files.Listed;
import dev.ringrift.io.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What a folder shows: for programs as nginx's `autoindex_format json`, for people and old
/// scrapers as the list of links that Python's `http.server` makes.
final class Listings {
  private static final Map<Character, String> ESCAPES =
      Map.of('&', "&amp;", '<', "&lt;", '>', "&gt;", '"', "&quot;", '\'', "&#39;");

  private Listings() {}

  /// @param folder empty for the root
  static Answer answer(Ask ask, Optional<RelativePath> folder, FileStore store) {
    List<Listed> items = store.list(folder);
    return ask.header("accept").orElse("").contains("application/json")
        ? Answer.json(json(items)).with("Vary", "Accept")
        : Answer.of(
                200,
                "text/html; charset=utf-8",
                html(folder, items).getBytes(StandardCharsets.UTF_8))
            .with("Vary", "Accept")
            .with("Content-Security-Policy", "default-src 'none'");
  }

  private static ArrayNode json(List<Listed> items) {
    ArrayNode list = Json.shared().createArrayNode();
    for (Listed item : items) {
      ObjectNode node = list.addObject();
      node.put("name", item.name().fileName());
      node.put("type", item.folder() ? "directory" : "file");
      if (!item.folder()) {
        node.put("mtime", Contents.httpDate(item.modifiedMillis()));
        node.put("size", item.sizeBytes());
        item.known().ifPresent(known -> node.put("id", known.id().toString()));
      }
    }
    return list;
  }

  private static String html(Optional<RelativePath> folder, List<Listed> items) {
    String title = escape("Directory listing for /" + folder.map(name -> name + "/").orElse(""));
    StringBuilder page = new StringBuilder();
    page.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>")
        .append(title)
        .append("</title>\n</head>\n<body>\n<h1>")
        .append(title)
        .append("</h1>\n<hr>\n<ul>\n");
    for (Listed item : items) {
      String name = item.name().fileName() + (item.folder() ? "/" : "");
      page.append("<li><a href=\"./")
          .append(AskedPath.encode(name))
          .append("\">")
          .append(escape(name))
          .append("</a></li>\n");
    }
    return page.append("</ul>\n<hr>\n</body>\n</html>\n").toString();
  }

  private static String escape(String text) {
    StringBuilder safe = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      safe.append(ESCAPES.getOrDefault(c, String.valueOf(c)));
    }
    return safe.toString();
  }
}
