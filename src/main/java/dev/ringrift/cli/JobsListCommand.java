package dev.ringrift.cli;

import dev.ringrift.core.jobs.TaskState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/// `ringrift jobs list`.
@Command(name = "list", description = "List jobs; with --json also their tasks and attempts.")
final class JobsListCommand implements Runnable {
  @Mixin private final ClusterOption cluster = new ClusterOption();
  @Mixin private final JsonOption json = new JsonOption();

  @Parameters(arity = "0..*", paramLabel = "JOB", description = "Which: " + JobWords.HELP + ".")
  private List<String> which = new ArrayList<>();

  @Option(names = "--state", paramLabel = "STATE", description = "Only jobs in this state.")
  private String state = "";

  @Option(names = "--name", paramLabel = "NAME", description = "Only jobs of this name.")
  private String name = "";

  private final Shell shell;

  JobsListCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public void run() {
    Map<String, String> query = new LinkedHashMap<>();
    query.put("select", which.isEmpty() ? "all" : JobWords.of(which).text());
    if (!state.isEmpty()) {
      query.put("state", state);
    }
    if (!name.isEmpty()) {
      query.put("name", name);
    }
    if (!json.wanted()) {
      query.put("tasks", "0");
    }
    try (ClusterClient client = cluster.open(shell)) {
      JsonNode jobs = client.get("/api/v1/jobs", query);
      if (!json.print(shell, jobs)) {
        print(Facts.items(jobs).stream().map(JobFacts::new).toList());
      }
    }
  }

  private void print(List<JobFacts> jobs) {
    if (jobs.isEmpty()) {
      shell.say("no jobs");
      return;
    }
    Table table =
        new Table("JOB", "NAME", "STATE", "DONE", "FAILED", "PRIORITY", "SUBMITTED", "OWNER");
    for (JobFacts job : jobs) {
      long failed = job.unsuccessful();
      table.row(
          2,
          List.of(
              job.id(),
              job.name(),
              Facts.text(job.node(), "state"),
              job.in(TaskState.SUCCEEDED) + "/" + job.count(),
              failed == 0 ? "" : "" + failed,
              Facts.text(job.node(), "priority"),
              Spans.ago(Facts.millis(job.node(), "submitted_at"), shell.wallMillis().getAsLong()),
              Facts.text(job.node(), "owner")));
    }
    table.print(shell);
  }
}
