package dev.ringrift.cli;

import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.JsonNode;

/// `ringrift cluster info`.
@Command(name = "info", description = "Show who votes and who leads.")
final class ClusterInfoCommand implements Runnable {
  @Mixin private final ClusterOption cluster = new ClusterOption();
  @Mixin private final JsonOption json = new JsonOption();

  private final Shell shell;

  ClusterInfoCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public void run() {
    try (ClusterClient client = cluster.open(shell)) {
      JsonNode status = client.get("/cluster/status", Map.of());
      if (json.print(shell, status)) {
        return;
      }
      String leader = Facts.text(status, "leader");
      JsonNode quorum = status.path("quorum");
      shell.say("cluster  " + Facts.text(status, "cluster"));
      shell.say("leader   " + (leader.isEmpty() ? "none" : leader));
      shell.say("term     " + Facts.number(status, "term"));
      shell.say(
          "quorum   %d of %d voters alive, %d needed"
              .formatted(
                  Facts.number(quorum, "alive"),
                  Facts.number(quorum, "voters"),
                  Facts.number(quorum, "needed")));
      List<String> voters =
          Facts.items(client.get("/api/v1/cluster", Map.of()), "voters").stream()
              .map(JsonNode::asString)
              .toList();
      shell.say("voters   " + String.join(", ", voters));
    }
  }
}
