package dev.ringrift.core.jobs;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// What a user asks for: a command, how many times, on what, and what to do when it fails.
/// `JobFields` reads it from a job file, flags or the API, and reports every problem at once.
///
/// @param name for people, need not be unique
/// @param run the program and its arguments; a script is `sh -c SCRIPT`
/// @param setup a script that runs before `run`, in the same folder; empty for none
/// @param envs added to the environment
/// @param workdir an absolute folder on the node, or empty for a fresh one for each attempt
/// @param resources what each task needs
/// @param priority higher is placed first
/// @param count tasks, each with its number in `RINGRIFT_TASK`
/// @param retry what a failed attempt leads to
/// @param timeout how long one attempt may run; zero for no limit
/// @param disconnect what silence of its node leads to
/// @param after jobs that must succeed before this one starts
/// @param files what it takes from the cluster's files and gives to them
public record JobSpec(
    String name,
    List<String> run,
    String setup,
    Map<String, String> envs,
    String workdir,
    Resources resources,
    int priority,
    int count,
    Retry retry,
    Duration timeout,
    Disconnect disconnect,
    Set<Long> after,
    JobFiles files) {
  /// Most tasks of one job.
  public static final int COUNT_MAX = 10_000;

  public JobSpec {
    if (run.isEmpty()) {
      throw new IllegalArgumentException("a job needs a command: 'run' is empty");
    }
    if (count < 1 || count > COUNT_MAX) {
      throw new IllegalArgumentException("count is %d: use 1 to %d".formatted(count, COUNT_MAX));
    }
    JobRules.check(name, envs.keySet(), workdir, priority);
    if (timeout.isNegative()) {
      throw new IllegalArgumentException(
          "timeout is %s: it may not be negative".formatted(timeout));
    }
    run = List.copyOf(run);
    envs = Map.copyOf(envs);
    after = Set.copyOf(new TreeSet<>(after));
  }

  /// A job of one task with the defaults.
  public static JobSpec of(String name, List<String> run) {
    JobDraft draft = new JobDraft();
    draft.name = name;
    draft.run = run;
    return draft.spec();
  }

  public JobSpec withCount(int value) {
    return JobDraft.changed(this, draft -> draft.count = value);
  }

  public JobSpec withResources(Resources value) {
    return JobDraft.changed(this, draft -> draft.resources = value);
  }

  public JobSpec withPriority(int value) {
    return JobDraft.changed(this, draft -> draft.priority = value);
  }

  public JobSpec withRetry(Retry value) {
    return JobDraft.changed(this, draft -> draft.retry = value);
  }

  public JobSpec withDisconnect(Disconnect value) {
    return JobDraft.changed(this, draft -> draft.disconnect = value);
  }

  public JobSpec withAfter(Set<Long> value) {
    return JobDraft.changed(this, draft -> draft.after = value);
  }

  public JobSpec withFiles(JobFiles value) {
    return JobDraft.changed(this, draft -> draft.files = value);
  }

  /// What an attempt that failed by itself leads to. Losing the machine is no failure of the job
  /// and does not count here.
  ///
  /// @param attempts the most attempts that may fail, 1 for no second try
  /// @param onExitCodes only these are tried again; empty for all
  /// @param backoff before the second attempt; doubles with each further one
  public record Retry(int attempts, Set<Integer> onExitCodes, Duration backoff) {
    /// No second try.
    public static final Retry NONE = new Retry(1, Set.of(), Duration.ZERO);

    /// Most attempts that a job may ask for.
    public static final int ATTEMPTS_MAX = 100;

    public Retry {
      if (attempts < 1 || attempts > ATTEMPTS_MAX) {
        throw new IllegalArgumentException(
            "retry.attempts is %d: use 1 to %d".formatted(attempts, ATTEMPTS_MAX));
      }
      if (backoff.isNegative()) {
        throw new IllegalArgumentException(
            "retry.backoff is %s: it may not be negative".formatted(backoff));
      }
      for (int code : onExitCodes) {
        JobRules.exitCode(code)
            .ifPresent(
                why -> {
                  throw new IllegalArgumentException("retry.on_exit_codes " + why);
                });
      }
      onExitCodes = Set.copyOf(new TreeSet<>(onExitCodes));
    }
  }

  /// What silence of the node leads to.
  ///
  /// @param lostAfter how long a node is silent before a second attempt is placed elsewhere
  /// @param exclusive whether only one attempt may live at a time; it then runs on a lease
  public record Disconnect(Duration lostAfter, boolean exclusive) {
    public static final Disconnect DEFAULT = new Disconnect(Duration.ofMinutes(5), false);

    public Disconnect {
      if (lostAfter.isNegative()) {
        throw new IllegalArgumentException(
            "disconnect.lost_after is %s: it may not be negative".formatted(lostAfter));
      }
    }
  }
}
