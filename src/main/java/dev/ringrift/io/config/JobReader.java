package dev.ringrift.io.config;

import dev.ringrift.core.jobs.JobSpec;
import dev.ringrift.core.jobs.Resources;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Turns the keys of one job into its spec; what is wrong goes to the problems, and a default takes
/// its place, so that reading goes on to the end.
final class JobReader {
  private static final int EXIT_CODE_MAX = 255;
  private static final int GPUS_MAX = 256;
  private static final int PRIORITY_MAX = 1_000_000;
  private static final int NAME_CHARS_MAX = 100;
  private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  /// As in `2`, `24GB..` and `24GB..:2`.
  private static final Pattern GPUS =
      Pattern.compile("(\\d{1,4})|(\\d{1,5}(?:\\.\\d)?)\\s*GB\\.\\.(?::(\\d{1,4}))?");

  private final Section job;
  private final Problems problems;

  JobReader(Section job, Problems problems) {
    this.job = job;
    this.problems = problems;
  }

  /// @param fallbackName for a job without a name; may be empty
  JobSpec read(String fallbackName) {
    String name = job.text("name").orElse("");
    List<String> run = run();
    String setup = job.text("setup").orElse("");
    Map<String, String> envs = envs();
    String workdir = workdir();
    Resources resources = resources();
    int priority = job.whole("priority", -PRIORITY_MAX, PRIORITY_MAX).orElse(0);
    int count = job.whole("count", 1, JobSpec.COUNT_MAX).orElse(1);
    JobSpec.Retry retry = retry();
    Duration timeout = job.duration("timeout").orElse(Duration.ZERO);
    JobSpec.Disconnect disconnect = disconnect();
    Set<Long> after = after();
    for (String later : List.of("inputs", "outputs")) {
      if (job.has(later)) {
        job.problem(later, "is not supported yet: fetch and keep files within 'run' for now");
      }
    }
    job.refuseOthers();
    if (name.length() > NAME_CHARS_MAX || name.chars().anyMatch(c -> c < ' ')) {
      job.problem("name", "must be one line of at most %d characters".formatted(NAME_CHARS_MAX));
    }
    if (name.isBlank()) {
      name = fallbackName.isEmpty() ? nameOf(run) : fallbackName;
    }
    return new JobSpec(
        name,
        run,
        setup,
        envs,
        workdir,
        resources,
        priority,
        count,
        retry,
        timeout,
        disconnect,
        after);
  }

  private List<String> run() {
    Optional<Value> run = job.value("run");
    if (run.isEmpty()) {
      problems.add("", "'run' is missing: say what to run, for example 'run: python train.py'");
      return List.of("true");
    }
    // A text is not split at commas here: it is a script.
    List<String> argv =
        run.get() instanceof Value.Text script
            ? (script.text().isBlank() ? List.of() : List.of("sh", "-c", script.text()))
            : job.texts("run");
    if (argv.isEmpty() || argv.getFirst().isBlank()) {
      job.problem("run", "is empty: say what to run");
      return List.of("true");
    }
    return argv;
  }

  private static String nameOf(List<String> run) {
    Path program = Path.of(run.getFirst()).getFileName();
    return program == null ? "job" : program.toString();
  }

  private Map<String, String> envs() {
    Map<String, String> envs = job.textMap("envs");
    for (String name : envs.keySet()) {
      if (!VARIABLE.matcher(name).matches()) {
        job.problem("envs", "has the name '%s': use letters, digits and _".formatted(name));
      }
    }
    return envs;
  }

  private String workdir() {
    String workdir = job.text("workdir").orElse("");
    if (!workdir.isEmpty() && !workdir.startsWith("/")) {
      job.problem("workdir", "is '%s': write an absolute folder on the node".formatted(workdir));
    }
    return workdir;
  }

  private Resources resources() {
    Optional<Section> section = job.section("resources");
    if (section.isEmpty()) {
      return Resources.NONE;
    }
    Section wanted = section.get();
    double vramGb = wanted.amount("vram_gb").orElse(0.0);
    Gpus gpus = gpus(wanted);
    if (vramGb > 0 && gpus.count() == 0 && !wanted.has("gpus")) {
      wanted.problem("vram_gb", "needs 'resources.gpus': it is the memory of each GPU");
    }
    Resources resources =
        new Resources(
            gpus.count(),
            Math.max(vramGb, gpus.vramGb()),
            wanted.amount("cpus").orElse(0.0),
            wanted.amount("memory_gb").orElse(0.0),
            wanted.amount("disk_gb").orElse(0.0),
            wanted.text("role").orElse(""),
            wanted.textMap("labels"));
    wanted.refuseOthers();
    return resources;
  }

  /// @param vramGb 0 for any
  private record Gpus(int count, double vramGb) {}

  private static Gpus gpus(Section wanted) {
    String text = wanted.text("gpus").orElse("0").strip();
    Matcher match = GPUS.matcher(text);
    if (!match.matches()) {
      wanted.problem(
          "gpus",
          "is '%s': write a number, or memory and number as in 24GB.. or 24GB..:2".formatted(text));
      return new Gpus(0, 0);
    }
    String number = match.group(1) == null ? match.group(3) : match.group(1);
    int count = number == null ? 1 : Integer.parseInt(number);
    if (count > GPUS_MAX) {
      wanted.problem("gpus", "is %d: write at most %d".formatted(count, GPUS_MAX));
      return new Gpus(0, 0);
    }
    return new Gpus(count, match.group(2) == null ? 0 : Double.parseDouble(match.group(2)));
  }

  private JobSpec.Retry retry() {
    Optional<Section> section = job.section("retry");
    if (section.isEmpty()) {
      return JobSpec.Retry.NONE;
    }
    Section retry = section.get();
    int attempts = retry.whole("attempts", 1, JobSpec.Retry.ATTEMPTS_MAX).orElse(1);
    Set<Integer> codes = new HashSet<>();
    for (String text : retry.texts("on_exit_codes")) {
      if (text.matches("\\d{1,3}") && Integer.parseInt(text) <= EXIT_CODE_MAX) {
        codes.add(Integer.valueOf(text));
      } else {
        retry.problem("on_exit_codes", "has '%s': write numbers from 0 to 255".formatted(text));
      }
    }
    Duration backoff = retry.duration("backoff").orElse(Duration.ZERO);
    retry.refuseOthers();
    return new JobSpec.Retry(attempts, codes, backoff);
  }

  private JobSpec.Disconnect disconnect() {
    Optional<Section> section = job.section("disconnect");
    JobSpec.Disconnect usual = JobSpec.Disconnect.DEFAULT;
    if (section.isEmpty()) {
      return usual;
    }
    Section disconnect = section.get();
    Duration lostAfter = disconnect.duration("lost_after").orElse(usual.lostAfter());
    boolean exclusive = disconnect.flag("exclusive").orElse(usual.exclusive());
    disconnect.refuseOthers();
    return new JobSpec.Disconnect(lostAfter, exclusive);
  }

  private Set<Long> after() {
    Set<Long> after = new HashSet<>();
    for (String text : job.texts("after")) {
      if (text.matches("[1-9]\\d{0,17}")) {
        after.add(Long.valueOf(text));
      } else {
        job.problem("after", "has '%s': write the ids of jobs, for example [7, 8]".formatted(text));
      }
    }
    return after;
  }
}
