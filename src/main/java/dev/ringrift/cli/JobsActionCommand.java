package dev.ringrift.cli;

import dev.ringrift.core.Count;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/// `ringrift jobs cancel|retry`: the same call with another word.
@Command
final class JobsActionCommand implements Runnable {
  /// What can be asked of jobs that were submitted.
  enum Action {
    CANCEL("cancel", "End tasks that wait or run.", "cancelled"),
    RETRY("retry", "Try failed, cancelled and lost tasks again.", "to be tried again");

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
  @Mixin private final JsonOption json = new JsonOption();

  @Parameters(arity = "1..*", paramLabel = "JOB", description = "Which: " + JobWords.HELP + ".")
  private List<String> which = new ArrayList<>();

  @Mixin private final ReasonOption reason = new ReasonOption();

  private final Shell shell;
  private final Action action;

  JobsActionCommand(Shell shell, Action action) {
    this.shell = shell;
    this.action = action;
  }

  @Override
  public void run() {
    JobWords selector = JobWords.of(which);
    try (ClusterClient client = cluster.open(shell)) {
      JsonNode answer =
          client.post("/api/v1/jobs/" + action.label, reason.body("select", selector.text()));
      if (!json.print(shell, answer)) {
        shell.say(
            "cluster %s: %s: %s of %s"
                .formatted(
                    client.clusterName(),
                    action.done,
                    Count.of(Facts.number(answer, "tasks"), "task"),
                    selector.text()));
      }
    }
  }
}
