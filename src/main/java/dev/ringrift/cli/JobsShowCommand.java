package dev.ringrift.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/// `ringrift jobs show`.
@Command(
    name = "show",
    description = "Show jobs with their attempts; the one whose result counts has a '*'.")
final class JobsShowCommand implements Runnable {
  private static final int ROWS_MAX = 40;

  @Mixin private final ClusterOption cluster = new ClusterOption();
  @Mixin private final JsonOption json = new JsonOption();

  @Parameters(arity = "1..*", paramLabel = "JOB", description = "Which: " + JobWords.HELP + ".")
  private List<String> which = new ArrayList<>();

  @Option(names = "--all", description = "All attempts, however many.")
  private boolean all;

  private final Shell shell;

  JobsShowCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public void run() {
    JobWords selector = JobWords.of(which);
    try (ClusterClient client = cluster.open(shell)) {
      List<JobFacts> jobs = JobFacts.select(client, selector);
      if (!json.print(shell, jobs.stream().map(JobFacts::node).toList())) {
        jobs.forEach(this::print);
      }
    }
  }

  private void print(JobFacts job) {
    String state = Facts.text(job.node(), "state");
    shell.say(
        "job %s '%s': %s"
            .formatted(job.id(), job.name(), shell.paint(Style.ofState(state), state)));
    shell.say(
        "  submitted %s by %s; %s"
            .formatted(
                Spans.ago(Facts.millis(job.node(), "submitted_at"), shell.wallMillis().getAsLong()),
                Facts.text(job.node(), "owner"),
                job.tally()));
    shell.say("");
    Table table = new Table("TASK", "ATTEMPT", "STATE", "NODE", "GPUS", "EXIT", "TOOK", "REASON");
    int rows = 0;
    int left = 0;
    for (JsonNode task : job.tasks()) {
      List<JsonNode> attempts = Facts.items(task, "attempts");
      if (!all && rows >= ROWS_MAX) {
        left += Math.max(1, attempts.size());
        continue;
      }
      rows += Math.max(1, attempts.size());
      String id = Facts.text(task, "task");
      if (attempts.isEmpty()) {
        table.row(
            2,
            List.of(id, "", Facts.text(task, "state"), "", "", "", "", Facts.text(task, "reason")));
      }
      attempts.forEach(attempt -> table.row(2, row(id, attempt)));
    }
    table.print(shell);
    if (left > 0) {
      shell.say("and %d more: --all shows them".formatted(left));
    }
  }

  private List<String> row(String task, JsonNode attempt) {
    long started = Facts.millis(attempt, "started_at");
    long ended = Facts.millis(attempt, "ended_at");
    long until = ended > 0 ? ended : shell.wallMillis().getAsLong();
    String state = Facts.text(attempt, "state");
    boolean byItself = state.equals("succeeded") || state.equals("failed");
    return List.of(
        task,
        Facts.text(attempt, "number") + (attempt.path("committed").asBoolean(false) ? "*" : ""),
        state,
        Facts.text(attempt, "node"),
        String.join(",", Facts.items(attempt, "gpus").stream().map(JsonNode::asString).toList()),
        byItself ? Facts.text(attempt, "exit_code") : "",
        started > 0 ? Spans.text(Math.max(0, until - started)) : "",
        Facts.text(attempt, "reason"));
  }
}
