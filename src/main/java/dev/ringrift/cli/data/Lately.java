package dev.ringrift.cli.data;

import dev.ringrift.cli.ClusterClient;
import dev.ringrift.cli.ClusterOption;
import dev.ringrift.cli.CommandError;
import dev.ringrift.cli.Facts;
import dev.ringrift.cli.Shell;
import dev.ringrift.cli.Sizes;
import dev.ringrift.cli.Table;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// What the node on this machine has fetched lately, and from whom.
///
/// @param node empty where there is none
/// @param note why nothing is known; else empty
record Lately(String node, List<JsonNode> fetches, String note) {
  /// Asks the agent on this machine, and its cluster's leader; that there is none is no error.
  static Lately here(Shell shell, ClusterOption cluster) {
    try (ClusterClient client = cluster.open(shell)) {
      String node = Facts.text(client.here("/health"), "node");
      if (node.isEmpty()) {
        return new Lately("", List.of(), "no agent of the cluster answers on this machine");
      }
      JsonNode told = client.get("/api/v1/data/fetches", Map.of("node", node));
      return new Lately(node, Facts.items(told), "");
    } catch (CommandError e) {
      return new Lately("", List.of(), e.error().what());
    }
  }

  void tell(Shell shell) {
    if (!note.isEmpty()) {
      shell.say("fetches of a node here: not known, " + note);
      return;
    }
    shell.say("fetches of %s lately: %s".formatted(node, fetches.isEmpty() ? "none" : ""));
    if (fetches.isEmpty()) {
      return;
    }
    Table table = new Table("NAME", "STATE", "TOOK", "FROM", "NOTE");
    for (JsonNode fetch : fetches) {
      String name = Facts.text(fetch, "name");
      table.row(
          1,
          List.of(
              name.isEmpty() ? Facts.text(fetch, "id").substring(0, 12) : name,
              Facts.text(fetch, "state"),
              Sizes.text(Facts.number(fetch, "fetched_bytes")),
              Names.from(fetch),
              Facts.text(fetch, "reason")));
    }
    table.print(shell);
  }
}
