package dev.ringrift.cli;

import dev.ringrift.core.UserError;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/// `ringrift cluster voters add|remove ID`: one at a time, by a committed command.
@Command
final class ClusterVotersCommand implements Runnable {
  /// Which way the list of voters changes.
  enum Action {
    ADD("add", "Make a node a voter, with the lowest rank.", "votes now", "does not vote yet"),
    REMOVE("remove", "Take a voter's vote.", "votes no more", "still votes");

    private final String label;
    private final String description;
    private final String done;
    private final String notDone;

    Action(String label, String description, String done, String notDone) {
      this.label = label;
      this.description = description;
      this.done = done;
      this.notDone = notDone;
    }

    String label() {
      return label;
    }

    String description() {
      return description;
    }
  }

  private static final Duration LOOK_EVERY = Duration.ofMillis(200);
  private static final int LOOKS = 150;

  @Mixin private final ClusterOption cluster = new ClusterOption();
  @Mixin private final JsonOption json = new JsonOption();

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
      JsonNode answer = client.post("/api/v1/cluster/voters", Map.of(action.label, id));
      awaitVotes(client);
      if (json.print(shell, answer)) {
        return;
      }
      shell.say("cluster %s: %s %s".formatted(client.clusterName(), id, action.done));
    }
  }

  /// The list of voters is committed; that the votes count so takes a moment more, and a node that
  /// cannot be reached.
  private void awaitVotes(ClusterClient client) {
    for (int i = 0; i < LOOKS; i++) {
      JsonNode facts = client.get("/api/v1/cluster", Map.of());
      List<String> voting =
          Facts.items(facts, "voting").stream().map(each -> each.asString("")).toList();
      if (!voting.isEmpty() && voting.contains(id) == (action == Action.ADD)) {
        return;
      }
      shell.pause().accept(LOOK_EVERY);
    }
    throw new CommandError(
        ExitCode.FAILED,
        new UserError(
            "cluster %s: %s %s, %d s after the change was written down"
                .formatted(
                    client.clusterName(),
                    id,
                    action.notDone,
                    LOOK_EVERY.multipliedBy(LOOKS).toSeconds()),
            "the leader goes on trying",
            "see that its agent runs and what %s status says of it; %s cluster info shows who votes"
                .formatted(shell.program(), shell.program())));
  }
}
