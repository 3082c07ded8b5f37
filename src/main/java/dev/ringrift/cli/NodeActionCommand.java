package dev.ringrift.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/// `ringrift nodes drain|undrain|gone|remove ID…`: the same call with another word.
@Command
final class NodeActionCommand implements Runnable {
  /// What can be said of a node.
  enum Action {
    DRAIN("Keep new tasks off nodes; what runs there runs on.", "no new tasks go to"),
    UNDRAIN("Let tasks on nodes again.", "tasks may go again to"),
    GONE("Say that machines will not come back, so that their tasks start elsewhere.", "gone:"),
    REMOVE("Take nodes that are gone out of the list.", "removed");

    private final String description;
    private final String done;

    Action(String description, String done) {
      this.description = description;
      this.done = done;
    }

    String label() {
      return name().toLowerCase(Locale.ROOT);
    }

    String description() {
      return description;
    }
  }

  @Mixin private final ClusterOption cluster = new ClusterOption();
  @Mixin private final JsonOption json = new JsonOption();

  @Parameters(arity = "1..*", paramLabel = "ID", description = "Nodes' ids.")
  private List<String> ids = new ArrayList<>();

  @Mixin private final ReasonOption reason = new ReasonOption();

  private final Shell shell;
  private final Action action;

  NodeActionCommand(Shell shell, Action action) {
    this.shell = shell;
    this.action = action;
  }

  @Override
  public void run() {
    try (ClusterClient client = cluster.open(shell)) {
      List<JsonNode> answers = new ArrayList<>();
      try {
        for (String id : ids) {
          String path = "/api/v1/nodes/" + PathText.encode(id) + "/" + action.label();
          answers.add(client.post(path, reason.body()));
          if (!json.wanted()) {
            shell.say("cluster %s: %s %s".formatted(client.clusterName(), action.done, id));
          }
        }
      } finally {
        json.print(shell, answers); // also of those that came before one that was refused
      }
    }
  }
}
