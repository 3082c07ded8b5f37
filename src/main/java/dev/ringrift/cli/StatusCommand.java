package dev.ringrift.cli;

import java.time.Duration;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/// `ringrift status`.
@Command(name = "status", description = "Show the cluster: leader, quorum, nodes, jobs.")
final class StatusCommand implements Runnable {
  private static final Duration REFRESH = Duration.ofSeconds(1);
  private static final String HOME_AND_CLEAR = "\u001b[H\u001b[2J";

  @Mixin private final ClusterOption cluster = new ClusterOption();
  @Mixin private final JsonOption json = new JsonOption();

  @Option(
      names = {"-w", "--watch"},
      description = "Show it anew every second until Ctrl-C.")
  private boolean watch;

  private final Shell shell;

  StatusCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public void run() {
    try (ClusterClient client = cluster.open(shell)) {
      print(client.get("/cluster/status", Map.of()));
      while (watch && !shell.outputClosed()) {
        shell.pause().accept(REFRESH);
        JsonNode status = client.get("/cluster/status", Map.of());
        shell.out().print(shell.terminal() ? HOME_AND_CLEAR : "\n");
        print(status);
      }
    }
  }

  private void print(JsonNode status) {
    if (json.print(shell, status)) {
      return;
    }
    String leader = Facts.text(status, "leader");
    JsonNode quorum = status.path("quorum");
    long alive = Facts.number(quorum, "alive");
    long needed = Facts.number(quorum, "needed");
    shell.say(
        "cluster %s   leader %s   term %d   %s"
            .formatted(
                shell.paint(Style.BOLD, Facts.text(status, "cluster")),
                leader.isEmpty() ? shell.paint(Style.BAD, "none") : leader,
                Facts.number(status, "term"),
                shell.paint(
                    alive < needed ? Style.BAD : Style.PLAIN,
                    "quorum %d of %d voters alive, %d needed"
                        .formatted(alive, Facts.number(quorum, "voters"), needed))));
    JsonNode jobs = status.path("jobs");
    shell.say(
        "tasks   %d waiting   %d running   %d succeeded   %d failed"
            .formatted(
                Facts.number(jobs, "waiting"),
                Facts.number(jobs, "running"),
                Facts.number(jobs, "succeeded"),
                Facts.number(jobs, "failed")));
    long age = Facts.number(status, "age_s");
    if (age > 0) {
      shell.say(shell.paint(Style.WARN, "this was known " + Spans.agoOf(age * 1000)));
    }
    shell.say("");
    NodeRows.print(shell, Facts.items(status, "nodes"), leader);
  }
}
