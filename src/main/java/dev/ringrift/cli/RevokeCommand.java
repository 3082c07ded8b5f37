package dev.ringrift.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/// `ringrift revoke`.
@Command(name = "revoke", description = "Make a credential worthless, or all of a node.")
final class RevokeCommand implements Runnable {
  @Mixin private final ClusterOption cluster = new ClusterOption();
  @Mixin private final JsonOption json = new JsonOption();

  @Parameters(paramLabel = "ID", description = "A credential's id, or a node's.")
  private String id = "";

  @Mixin private final ReasonOption reason = new ReasonOption();

  private final Shell shell;

  RevokeCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public void run() {
    try (ClusterClient client = cluster.open(shell)) {
      JsonNode answer = client.post("/api/v1/revoke", reason.body("id", id));
      if (!json.print(shell, answer)) {
        shell.say("cluster %s: revoked %s".formatted(client.clusterName(), id));
      }
    }
  }
}
