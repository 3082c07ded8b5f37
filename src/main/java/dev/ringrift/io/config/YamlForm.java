package dev.ringrift.io.config;

import dev.ringrift.core.jobs.JobFiles;
import dev.ringrift.core.jobs.JobForm;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a job file writes in its own way: a script in place of a list, GPUs with their memory, and
/// files as `inputs`, `outputs` and `checkpoint`.
final class YamlForm implements JobForm<Section> {
  /// As in `2`, `24GB..` and `24GB..:2`.
  private static final Pattern GPUS =
      Pattern.compile("(\\d{1,4})|(\\d{1,5}(?:\\.\\d)?)\\s*GB\\.\\.(?::(\\d{1,4}))?");

  private final Problems problems;

  YamlForm(Problems problems) {
    this.problems = problems;
  }

  @Override
  public Optional<List<String>> run(Section job) {
    return switch (job.value("run").orElse(null)) {
      // A text is not split at commas here: it is a script.
      case Value.Text script ->
          Optional.of(script.text().isBlank() ? List.of() : List.of("sh", "-c", script.text()));
      case Value.Sequence argv -> Optional.of(job.texts("run"));
      case null, default -> {
        job.problem("run", "must be a script or a list");
        yield Optional.empty();
      }
    };
  }

  @Override
  public Optional<Gpus> gpus(Section resources) {
    String text = resources.text("gpus").orElse("0").strip();
    Matcher match = GPUS.matcher(text);
    if (!match.matches()) {
      resources.problem(
          "gpus",
          "is '%s': write a number, or memory and number as in 24GB.. or 24GB..:2".formatted(text));
      return Optional.empty();
    }
    String number = match.group(1) == null ? match.group(3) : match.group(1);
    return Optional.of(
        new Gpus(
            number == null ? 1 : Integer.parseInt(number),
            match.group(2) == null ? 0 : Double.parseDouble(match.group(2))));
  }

  @Override
  public JobFiles files(Section job) {
    return new JobFilesReader(job, problems).read();
  }
}
