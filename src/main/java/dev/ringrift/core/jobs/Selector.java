package dev.ringrift.core.jobs;

import dev.ringrift.core.Count;
import dev.ringrift.core.UserError;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Which jobs or tasks a person means: parts between commas, each `last`, `all`, a job `7`, jobs
/// `1-10`, a task `7.0` or tasks `7.0-3`. The job of a task may be `last`.
public final class Selector {
  /// Most characters of a selector.
  public static final int LENGTH_MAX = 1_000;

  private static final Pattern JOBS = Pattern.compile("([1-9]\\d{0,14})(?:-([1-9]\\d{0,14}))?");
  private static final Pattern TASKS =
      Pattern.compile("([1-9]\\d{0,14}|last)\\.(\\d{1,8})(?:-(\\d{1,8}))?");
  private static final String MEND = "write ids as in: last, all, 7, 1-10, 3,5, 7.0 or 7.0-3";

  private final List<Part> parts;

  private Selector(List<Part> parts) {
    this.parts = List.copyOf(parts);
  }

  /// Reads a selector.
  ///
  /// @throws UserError when it is none
  public static Selector parse(String text) {
    if (text.isBlank()) {
      throw new UserError("no job is named", "", MEND);
    }
    if (text.length() > LENGTH_MAX) {
      throw new UserError(
          "the selector has %d characters".formatted(text.length()),
          "the most is " + LENGTH_MAX,
          "use ranges, as in 1-10");
    }
    List<Part> parts = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      parts.add(part(part.strip(), text));
    }
    return new Selector(parts);
  }

  /// Whether it can mean one job or task only.
  public boolean single() {
    return parts.size() == 1
        && switch (parts.getFirst()) {
          case Part.All() -> false;
          case Part.Last() -> true;
          case Part.Jobs(long from, long to) -> from == to;
          case Part.Tasks(long job, int from, int to) -> from == to;
        };
  }

  private static Part part(String part, String whole) {
    if (part.equals("all")) {
      return new Part.All();
    }
    if (part.equals("last")) {
      return new Part.Last();
    }
    Matcher jobs = JOBS.matcher(part);
    if (jobs.matches()) {
      long from = Long.parseLong(jobs.group(1));
      long to = jobs.group(2) == null ? from : Long.parseLong(jobs.group(2));
      ordered(from, to, part);
      return new Part.Jobs(from, to);
    }
    Matcher tasks = TASKS.matcher(part);
    if (tasks.matches()) {
      int from = Integer.parseInt(tasks.group(2));
      int to = tasks.group(3) == null ? from : Integer.parseInt(tasks.group(3));
      ordered(from, to, part);
      long job = tasks.group(1).equals("last") ? Part.LAST : Long.parseLong(tasks.group(1));
      return new Part.Tasks(job, from, to);
    }
    throw new UserError(
        "'%s' is no selector of jobs".formatted(whole),
        part.isEmpty()
            ? "there is nothing between two commas"
            : "'%s' is not understood".formatted(part),
        MEND);
  }

  private static void ordered(long from, long to, String part) {
    if (to < from) {
      throw new UserError(
          "'%s' is no range".formatted(part),
          "%d is less than %d".formatted(to, from),
          "write the lower one first: %d-%d".formatted(to, from));
    }
  }

  /// The jobs that it means, those of its tasks too.
  ///
  /// @param known all jobs that there are, by id
  /// @throws UserError when a part means nothing that is there; `all` may mean nothing
  public NavigableSet<Long> jobs(NavigableMap<Long, Job> known) {
    NavigableSet<Long> found = new TreeSet<>();
    for (Part part : parts) {
      switch (part) {
        case Part.All() -> found.addAll(known.keySet());
        case Part.Last() -> found.add(last(known));
        case Part.Jobs(long from, long to) -> found.addAll(range(known, from, to));
        case Part.Tasks tasks -> found.add(taskRange(known, tasks).id());
      }
    }
    return found;
  }

  /// The tasks that it means; a job means all of its tasks.
  ///
  /// @param known all jobs that there are, by id
  /// @throws UserError when a part means nothing that is there; `all` may mean nothing
  public NavigableSet<TaskId> tasks(NavigableMap<Long, Job> known) {
    NavigableSet<TaskId> found = new TreeSet<>();
    for (Part part : parts) {
      switch (part) {
        case Part.All() -> known.values().forEach(job -> addAll(job, found));
        case Part.Last() -> addAll(job(known, last(known)), found);
        case Part.Jobs(long from, long to) ->
            range(known, from, to).forEach(id -> addAll(job(known, id), found));
        case Part.Tasks tasks -> {
          Job job = taskRange(known, tasks);
          int end = Math.min(tasks.to(), job.spec().count() - 1);
          for (int task = tasks.from(); task <= end; task++) {
            found.add(new TaskId(job.id(), task));
          }
        }
      }
    }
    return found;
  }

  private static void addAll(Job job, NavigableSet<TaskId> found) {
    for (int task = 0; task < job.spec().count(); task++) {
      found.add(new TaskId(job.id(), task));
    }
  }

  private static long last(NavigableMap<Long, Job> known) {
    if (known.isEmpty()) {
      throw new UserError("there is no last job", "no job is known", "submit one first");
    }
    return known.lastKey();
  }

  private static NavigableSet<Long> range(NavigableMap<Long, Job> known, long from, long to) {
    NavigableSet<Long> found = known.subMap(from, true, to, true).navigableKeySet();
    if (found.isEmpty()) {
      throw missing(
          known, from == to ? "no job " + from : "no job from %d to %d".formatted(from, to));
    }
    return found;
  }

  private static Job taskRange(NavigableMap<Long, Job> known, Part.Tasks tasks) {
    Job job = job(known, tasks.job() == Part.LAST ? last(known) : tasks.job());
    if (tasks.from() >= job.spec().count()) {
      throw new UserError(
          "no task %d.%d".formatted(job.id(), tasks.from()),
          "job %d has %s, numbered from 0"
              .formatted(job.id(), Count.of(job.spec().count(), "task")),
          "");
    }
    return job;
  }

  private static Job job(NavigableMap<Long, Job> known, long id) {
    Job job = known.get(id);
    if (job == null) {
      throw missing(known, "no job " + id);
    }
    return job;
  }

  private static UserError missing(NavigableMap<Long, Job> known, String what) {
    return new UserError(what, known(known), "list them: ringrift jobs list");
  }

  private static String known(NavigableMap<Long, Job> known) {
    return switch (known.size()) {
      case 0 -> "no job is known";
      case 1 -> "only job %d is known; old ones are dropped in the end".formatted(known.firstKey());
      default ->
          "known are jobs %d to %d; old ones are dropped in the end"
              .formatted(known.firstKey(), known.lastKey());
    };
  }

  private sealed interface Part {
    long LAST = 0;

    record All() implements Part {}

    record Last() implements Part {}

    record Jobs(long from, long to) implements Part {}

    record Tasks(long job, int from, int to) implements Part {}
  }
}
