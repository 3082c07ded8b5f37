package dev.ringrift.cli;

import dev.ringrift.core.UserError;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/// `ringrift jobs logs`.
@Command(
    name = "logs",
    description = "Print what a job wrote, task after task; also while it runs.")
final class JobsLogsCommand implements Runnable {
  private static final int WAIT_MILLIS = 10_000;
  private static final Duration POLL = Duration.ofMillis(500);

  @Mixin private final ClusterOption cluster = new ClusterOption();

  @Parameters(paramLabel = "JOB", description = "A job, or a task as in 7.3, or 'last'.")
  private String which = "";

  @Option(
      names = {"-f", "--follow"},
      description = "Go on until the task has ended.")
  private boolean follow;

  @Option(names = "--task", paramLabel = "N", description = "Only this task of the job.")
  private @Nullable Integer task;

  @Option(
      names = "--attempt",
      paramLabel = "N",
      description = "This attempt; else the one that counts, or the newest.")
  private @Nullable Integer attempt;

  @Option(names = "--stderr", description = "What went to stderr instead of stdout.")
  private boolean stderr;

  private final Shell shell;

  JobsLogsCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public void run() {
    JobWords selector = JobWords.one(task == null ? which : which + "." + task);
    try (ClusterClient client = cluster.open(shell)) {
      JobFacts job = JobFacts.select(client, selector).getFirst();
      boolean heads = job.tasks().size() > 1 && !selector.text().contains(".");
      List<CommandError> missing = new ArrayList<>();
      for (JsonNode each : job.tasks()) {
        int number = JobFacts.number(each);
        if (heads) {
          shell.say(shell.paint(Style.DIM, "--- task " + job.id() + "." + number));
        }
        Optional<String> id = attempt(client, job.id(), each);
        try {
          id.ifPresent(found -> print(client, found));
        } catch (CommandError e) {
          if (e.exitCode() != ExitCode.NOT_FOUND) {
            throw e;
          }
          missing.add(e); // the others' output is still worth seeing
        }
        if (id.isEmpty()) {
          shell.err().println("task %s.%d has not started".formatted(job.id(), number));
        }
      }
      if (!missing.isEmpty()) {
        throw missing.getFirst();
      }
    }
  }

  /// The attempt to print; with `-f` a task that has none yet is waited for.
  private Optional<String> attempt(ClusterClient client, String job, JsonNode listed) {
    JsonNode now = listed;
    while (true) {
      Optional<JsonNode> found = attemptOf(now);
      boolean ended = JobStates.ended(Facts.text(now, "state"));
      boolean started = found.isPresent() && started(found.get());
      if (started || !follow || ended || shell.outputClosed()) {
        return found.map(one -> Facts.text(one, "attempt"));
      }
      shell.pause().accept(POLL);
      JobWords only = JobWords.one(job + "." + JobFacts.number(listed));
      now = JobFacts.select(client, only).getFirst().tasks().getFirst();
    }
  }

  private static boolean started(JsonNode attempt) {
    String state = Facts.text(attempt, "state");
    return !state.equals("placed") && !state.equals("preparing");
  }

  private Optional<JsonNode> attemptOf(JsonNode listed) {
    if (attempt == null) {
      return JobFacts.attempt(listed);
    }
    List<JsonNode> attempts = Facts.items(listed, "attempts");
    return attempts.stream()
        .filter(one -> Facts.number(one, "number") == attempt)
        .findFirst()
        .or(
            () -> {
              throw new CommandError(
                  ExitCode.NOT_FOUND,
                  new UserError(
                      "task %s has no attempt %d".formatted(Facts.text(listed, "task"), attempt),
                      "it has %d".formatted(attempts.size()),
                      "'ringrift jobs show' lists them"));
            });
  }

  private void print(ClusterClient client, String id) {
    long offset = 0;
    while (!shell.outputClosed()) {
      Map<String, String> query = new LinkedHashMap<>();
      query.put("attempt", id);
      query.put("stream", stderr ? "stderr" : "stdout");
      query.put("offset", "" + offset);
      query.put("wait_ms", "" + (follow ? WAIT_MILLIS : 0));
      JsonNode part = client.get("/api/v1/logs", query);
      byte[] bytes = Base64.getDecoder().decode(Facts.text(part, "data"));
      // What was dropped to stay within bounds is skipped: the answer says where it begins.
      offset = Math.max(offset, Facts.number(part, "offset")) + bytes.length;
      shell.out().write(bytes, 0, bytes.length);
      shell.out().flush();
      boolean ended = part.path("ended").asBoolean(false);
      if (bytes.length == 0 && (ended || !follow)) {
        return;
      }
    }
  }
}
