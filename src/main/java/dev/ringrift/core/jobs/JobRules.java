package dev.ringrift.core.jobs;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// What the fields of a job may be, wherever they come from: a file, flags or the API. Each rule
/// gives what is wrong, to be said after the field's name.
public final class JobRules {
  /// The most characters of a name.
  public static final int NAME_CHARS_MAX = 100;

  /// The highest priority, and below zero the lowest.
  public static final int PRIORITY_MAX = 1_000_000;

  /// The most GPUs of one task.
  public static final int GPUS_MAX = 256;

  private static final int EXIT_CODE_MAX = 255;
  private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  private JobRules() {}

  /// Why this is no name, if it is none.
  public static Optional<String> name(String name) {
    return when(
        name.length() > NAME_CHARS_MAX || name.chars().anyMatch(c -> c < ' '),
        "must be one line of at most %d characters".formatted(NAME_CHARS_MAX));
  }

  /// Why this is no command, if it is none.
  public static Optional<String> run(List<String> argv) {
    return when(argv.isEmpty() || argv.getFirst().isBlank(), "is empty: say what to run");
  }

  /// Why this is no span of time, if it is none.
  public static Optional<String> span(Duration span) {
    return when(span.isNegative(), "is %s: it may not be negative".formatted(span));
  }

  /// Why this is no environment, if it is none.
  public static Optional<String> envs(Set<String> names) {
    return names.stream()
        .filter(name -> !VARIABLE.matcher(name).matches())
        .sorted()
        .findFirst()
        .map("has the name '%s': use letters, digits and _"::formatted);
  }

  /// Why no job can run in this folder, if none can.
  public static Optional<String> workdir(String folder) {
    return when(
        !folder.isEmpty() && !folder.startsWith("/"),
        "is '%s': write an absolute folder on the node".formatted(folder));
  }

  /// Why this is no priority, if it is none.
  public static Optional<String> priority(int priority) {
    return when(
        Math.abs((long) priority) > PRIORITY_MAX,
        "is %d: use %d to %d".formatted(priority, -PRIORITY_MAX, PRIORITY_MAX));
  }

  /// Why a task cannot ask for so many GPUs, if it cannot.
  public static Optional<String> gpus(int gpus) {
    return when(gpus < 0 || gpus > GPUS_MAX, "is %d: write at most %d".formatted(gpus, GPUS_MAX));
  }

  /// Why no program ends with this, if none does.
  public static Optional<String> exitCode(long code) {
    return when(
        code < 0 || code > EXIT_CODE_MAX,
        "has '%d': write numbers from 0 to %d".formatted(code, EXIT_CODE_MAX));
  }

  /// What a job is called when nobody says: the program's file name, or `job`.
  public static String nameOf(List<String> run) {
    String path = run.isEmpty() ? "" : run.getFirst();
    return fit(path.substring(path.lastIndexOf('/') + 1));
  }

  /// A text made to be a name.
  public static String fit(String text) {
    String line = text.replaceAll("\\p{Cntrl}", " ").strip();
    String fit = line.substring(0, Math.min(NAME_CHARS_MAX, line.length()));
    return fit.isEmpty() ? "job" : fit;
  }

  private static Optional<String> when(boolean wrong, String problem) {
    return wrong ? Optional.of(problem) : Optional.empty();
  }

  /// @throws IllegalArgumentException with every problem of these fields
  static void check(String name, Set<String> envs, String workdir, int priority) {
    List<String> problems = new ArrayList<>();
    name(name).ifPresent(why -> problems.add("name " + why));
    envs(envs).ifPresent(why -> problems.add("envs " + why));
    workdir(workdir).ifPresent(why -> problems.add("workdir " + why));
    priority(priority).ifPresent(why -> problems.add("priority " + why));
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("\n", problems));
    }
  }
}
