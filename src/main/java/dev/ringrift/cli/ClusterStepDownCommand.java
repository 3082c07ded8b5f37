package dev.ringrift.cli;

import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.JsonNode;

/// `ringrift cluster step-down`.
@Command(name = "step-down", description = "Ask the leader to let another voter lead.")
final class ClusterStepDownCommand implements Runnable {
  @Mixin private final ClusterOption cluster = new ClusterOption();
  @Mixin private final JsonOption json = new JsonOption();

  private final Shell shell;

  ClusterStepDownCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public void run() {
    try (ClusterClient client = cluster.open(shell)) {
      JsonNode answer = client.post("/api/v1/cluster/step-down", Map.of());
      if (!json.print(shell, answer)) {
        shell.say("cluster %s: the leader steps down".formatted(client.clusterName()));
      }
    }
  }
}
