package dev.ringrift.cli;

import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `ringrift cluster voters add|remove ID`: one at a time, by a committed command.
@Command
final class ClusterVotersCommand implements Runnable {
  /// Which way the list of voters changes.
  enum Action {
    ADD("add", "Make a node a voter, with the lowest rank.", "votes now:"),
    REMOVE("remove", "Take a voter's vote.", "votes no more:");

    private final String label;
    private final String description;
    private final String done;

    Action(String label, String description, String done) {
      this.label = label;
      this.description = description;
      this.done = done;
    }

    String label() {
      return label;
    }

    String description() {
      return description;
    }
  }

  @Mixin private final ClusterOption cluster = new ClusterOption();

  @Parameters(paramLabel = "ID", description = "A node's id.")
  private String id = "";

  private final Shell shell;
  private final Action action;

  ClusterVotersCommand(Shell shell, Action action) {
    this.shell = shell;
    this.action = action;
  }

  @Override
  public void run() {
    try (ClusterClient client = cluster.open(shell)) {
      client.post("/api/v1/cluster/voters", Map.of(action.label, id));
      shell.say("cluster %s: %s %s".formatted(client.clusterName(), action.done, id));
    }
  }
}
