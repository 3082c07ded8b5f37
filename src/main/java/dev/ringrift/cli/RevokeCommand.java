package dev.ringrift.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `ringrift revoke`.
@Command(name = "revoke", description = "Make a credential worthless, or all of a node.")
final class RevokeCommand implements Runnable {
  @Mixin private final ClusterOption cluster = new ClusterOption();

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
      client.post("/api/v1/revoke", reason.body("id", id));
      shell.say("cluster %s: revoked %s".formatted(client.clusterName(), id));
    }
  }
}
