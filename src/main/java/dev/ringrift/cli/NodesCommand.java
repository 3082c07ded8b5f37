package dev.ringrift.cli;

import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.JsonNode;

/// `ringrift nodes`.
@Command(name = "nodes", description = "List the nodes, or say something about one.")
final class NodesCommand implements Runnable {
  @Mixin private final ClusterOption cluster = new ClusterOption();
  @Mixin private final JsonOption json = new JsonOption();

  private final Shell shell;

  NodesCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public void run() {
    try (ClusterClient client = cluster.open(shell)) {
      JsonNode nodes = client.get("/api/v1/nodes", Map.of());
      if (!json.print(shell, nodes)) {
        NodeRows.print(shell, Facts.items(nodes), "");
      }
    }
  }
}
