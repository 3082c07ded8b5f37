package dev.ringrift.cli;

import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/// `ringrift jobs explain`.
@Command(name = "explain", description = "Say why a job waits, node by node.")
final class JobsExplainCommand implements Runnable {
  @Mixin private final ClusterOption cluster = new ClusterOption();
  @Mixin private final JsonOption json = new JsonOption();

  @Parameters(paramLabel = "JOB", description = "A job, or a task as in 7.3, or 'last'.")
  private String which = "";

  private final Shell shell;

  JobsExplainCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public void run() {
    String path = "/api/v1/jobs/" + PathText.encode(JobWords.one(which).text()) + "/explain";
    try (ClusterClient client = cluster.open(shell)) {
      JsonNode answer = client.get(path, Map.of());
      if (json.print(shell, answer)) {
        return;
      }
      Facts.items(answer, "lines").forEach(line -> shell.say(line.asString()));
      List<JsonNode> nodes = Facts.items(answer, "nodes");
      if (!nodes.isEmpty()) {
        shell.say("");
        Table table = new Table("NODE", "FITS", "REASON");
        for (JsonNode node : nodes) {
          table.row(
              -1,
              List.of(
                  Facts.text(node, "node"),
                  node.path("fits").asBoolean(false) ? "yes" : "no",
                  Facts.text(node, "reason")));
        }
        table.print(shell);
      }
    }
  }
}
