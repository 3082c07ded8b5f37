package dev.ringrift.cli;

import dev.ringrift.io.json.Json;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `ringrift cluster voters`.
@Command(name = "voters")
final class ClusterVotersListCommand implements Runnable {
  @Mixin private final ClusterOption cluster = new ClusterOption();
  @Mixin private final JsonOption json = new JsonOption();

  private final Shell shell;

  ClusterVotersListCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public void run() {
    try (ClusterClient client = cluster.open(shell)) {
      ArrayNode voters =
          voters(client.get("/api/v1/cluster", Map.of()), client.get("/cluster/status", Map.of()));
      if (json.print(shell, voters)) {
        return;
      }
      Table table = new Table("RANK", "ID", "STATE", "VOTES", "NOTE");
      for (JsonNode voter : voters) {
        table.row(
            1,
            List.of(
                "" + Facts.number(voter, "rank"),
                Facts.text(voter, "id"),
                Facts.text(voter, "state"),
                voter.path("votes").asBoolean(false) ? "yes" : "not yet",
                voter.path("leader").asBoolean(false) ? "leads" : Facts.text(voter, "reason")));
      }
      table.print(shell);
    }
  }

  /// Highest rank first. The list is what is committed; who really votes follows it one by one.
  private static ArrayNode voters(JsonNode facts, JsonNode status) {
    List<String> voting = texts(facts, "voting");
    ArrayNode found = Json.shared().createArrayNode();
    for (String id : texts(facts, "voters")) {
      ObjectNode voter = found.addObject().put("id", id).put("rank", found.size());
      JsonNode node =
          Facts.items(status, "nodes").stream()
              .filter(each -> Facts.text(each, "id").equals(id))
              .findFirst()
              .orElseGet(Json.shared()::createObjectNode);
      voter.put("state", Facts.text(node, "state"));
      voter.put("reason", Facts.text(node, "reason"));
      voter.put("leader", Facts.text(status, "leader").equals(id));
      voter.put("votes", voting.contains(id));
      voter.set("addresses", node.path("addresses"));
    }
    return found;
  }

  private static List<String> texts(JsonNode facts, String name) {
    return Facts.items(facts, name).stream().map(each -> each.asString("")).toList();
  }
}
