package dev.ringrift.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// The table of nodes, for `status` and `nodes`.
final class NodeRows {
  private NodeRows() {}

  static void print(Shell shell, List<JsonNode> nodes, String leader) {
    Table table =
        new Table("NODE", "STATE", "ROLE", "SLOTS", "GPUS", "LAST SEEN", "PID", "VERSION", "NOTE");
    for (JsonNode node : nodes) {
      String id = Facts.text(node, "id");
      boolean leads = id.equals(leader) || node.path("leader").asBoolean(false);
      table.row(
          1,
          List.of(
              id,
              Facts.text(node, "state"),
              Facts.text(node, "role") + (leads ? ", leads" : ""),
              slots(node),
              gpus(Facts.items(node, "gpus")),
              Facts.agoOrDash(node, "last_seen_s"),
              Facts.text(node, "pid"),
              Facts.text(node, "version"),
              note(node)));
    }
    table.print(shell);
  }

  /// As used/total.
  private static String slots(JsonNode node) {
    JsonNode slots = node.path("slots");
    return slots.isObject()
        ? Facts.number(slots, "used") + "/" + Facts.number(slots, "total")
        : Facts.text(node, "slots");
  }

  /// As `4x RTX 5090 (37 %)`, with the mean of what is known of their use.
  private static String gpus(List<JsonNode> gpus) {
    Map<String, Integer> models = new LinkedHashMap<>();
    double used = 0;
    int known = 0;
    for (JsonNode gpu : gpus) {
      models.merge(Facts.text(gpu, "model"), 1, Integer::sum);
      double utilisation = gpu.path("utilisation").asDouble(-1);
      if (utilisation >= 0) {
        used += utilisation;
        known++;
      }
    }
    List<String> parts = new ArrayList<>();
    models.forEach((model, count) -> parts.add(count + "x " + model));
    String use = known == 0 ? "" : " (%d %%)".formatted(Math.round(100 * used / known));
    return String.join(", ", parts) + use;
  }

  private static String note(JsonNode node) {
    List<String> notes = new ArrayList<>();
    String draining = Facts.text(node, "drain_reason");
    if (!draining.isEmpty()) {
      notes.add("draining: " + draining);
    }
    String reason = Facts.text(node, "reason");
    if (!reason.isEmpty()) {
      notes.add(reason);
    }
    String problem = node.path("load").path("problem").asString("");
    if (!problem.isEmpty()) {
      notes.add(problem);
    }
    return String.join("; ", notes);
  }
}
