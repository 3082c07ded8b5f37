package dev.ringrift.cli;

import dev.ringrift.core.Count;
import dev.ringrift.core.UserError;
import dev.ringrift.core.jobs.TaskState;
import dev.ringrift.io.config.DurationText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `ringrift jobs wait`.
@Command(
    name = "wait",
    description = "Wait until jobs have ended; exit status 1 when a task did not succeed.")
final class JobsWaitCommand implements Callable<Integer> {
  private static final Duration POLL_MIN = Duration.ofMillis(200);
  private static final Duration POLL_MAX = Duration.ofSeconds(2);

  @Mixin private final ClusterOption cluster = new ClusterOption();
  @Mixin private final JsonOption json = new JsonOption();

  @Parameters(arity = "1..*", paramLabel = "JOB", description = "Which: " + JobWords.HELP + ".")
  private List<String> which = new ArrayList<>();

  @Option(names = "--timeout", paramLabel = "TIME", description = "Give up after, for example 2h.")
  private @Nullable String timeout;

  private final Shell shell;

  JobsWaitCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    JobWords selector = JobWords.of(which);
    long deadlineMillis = deadline();
    Duration pause = POLL_MIN;
    ProgressLine line = new ProgressLine(shell);
    try (ClusterClient client = cluster.open(shell)) {
      boolean tasks = selector.text().contains(".");
      List<JobFacts> jobs = JobFacts.select(client, selector, tasks);
      // 'last' and 'all' mean what they meant when the waiting began.
      JobWords ids = tasks ? selector : JobWords.of(jobs.stream().map(JobFacts::id).toList());
      while (jobs.stream().anyMatch(job -> job.ended() < job.count())) {
        line.show(text(jobs));
        if (shell.wallMillis().getAsLong() >= deadlineMillis) {
          line.clear();
          shell.err().println("gave up waiting: " + text(jobs));
          return ExitCode.FAILED;
        }
        shell.pause().accept(pause);
        pause = longer(pause);
        jobs = JobFacts.select(client, ids, tasks);
      }
      line.clear();
      if (!json.print(shell, jobs.stream().map(JobFacts::node).toList())) {
        jobs.forEach(
            job -> shell.say("job %s '%s': %s".formatted(job.id(), job.name(), job.tally())));
      }
      return jobs.stream().allMatch(job -> job.unsuccessful() == 0) ? ExitCode.OK : ExitCode.FAILED;
    }
  }

  private long deadline() {
    if (timeout == null) {
      return Long.MAX_VALUE;
    }
    try {
      return shell.wallMillis().getAsLong() + DurationText.parse(timeout).toMillis();
    } catch (IllegalArgumentException e) {
      throw new CommandError(
          ExitCode.BAD_INPUT, new UserError("--timeout: " + e.getMessage(), "", ""));
    }
  }

  private static Duration longer(Duration pause) {
    Duration next = pause.multipliedBy(3).dividedBy(2);
    return next.compareTo(POLL_MAX) > 0 ? POLL_MAX : next;
  }

  private static String text(List<JobFacts> jobs) {
    long count = jobs.stream().mapToLong(JobFacts::count).sum();
    long ended = jobs.stream().mapToLong(JobFacts::ended).sum();
    long running = jobs.stream().mapToLong(job -> job.in(TaskState.RUNNING)).sum();
    long failed = jobs.stream().mapToLong(JobFacts::unsuccessful).sum();
    return "%d of %s ended, %d running%s"
        .formatted(
            ended,
            Count.of(count, "task"),
            running,
            failed == 0 ? "" : ", " + failed + " without success");
  }
}
