package dev.ringrift.io.config;

import dev.ringrift.core.data.DataName;
import dev.ringrift.core.data.RelativePath;
import dev.ringrift.core.jobs.JobFiles;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// Reads `inputs`, `outputs` and `checkpoint` of a job.
final class JobFilesReader {
  private static final Duration EVERY = Duration.ofMinutes(1);

  private final Section job;
  private final Problems problems;

  JobFilesReader(Section job, Problems problems) {
    this.job = job;
    this.problems = problems;
  }

  JobFiles read() {
    List<JobFiles.Input> inputs = new ArrayList<>();
    for (Section each : job.sections("inputs", "name")) {
      Optional<DataName> name = needed(each, "name", DataName::new);
      Optional<RelativePath> path = made(each, "path", RelativePath::new);
      each.refuseOthers();
      name.ifPresent(
          n -> inputs.add(new JobFiles.Input(n, path.orElseGet(() -> new RelativePath(last(n))))));
    }
    List<JobFiles.Output> outputs = new ArrayList<>();
    for (Section each : job.sections("outputs", "path")) {
      Optional<RelativePath> path = needed(each, "path", RelativePath::new);
      Optional<DataName> name = needed(each, "name", DataName::new);
      List<String> to = each.texts("to");
      each.refuseOthers();
      if (name.filter(DataName::internal).isPresent()) {
        each.problem("name", "is '%s': that is the cluster's own".formatted(name.get()));
      } else if (path.isPresent() && name.isPresent()) {
        outputs.add(new JobFiles.Output(path.get(), name.get(), to));
      }
    }
    Optional<JobFiles.Checkpoint> checkpoint = job.section("checkpoint").flatMap(this::checkpoint);
    if (inputs.size() > JobFiles.FILES_MAX || outputs.size() > JobFiles.FILES_MAX) {
      problems.add(
          "", "a job takes at most %d inputs and as many outputs".formatted(JobFiles.FILES_MAX));
      return JobFiles.NONE;
    }
    return new JobFiles(inputs, outputs, checkpoint, Optional.empty());
  }

  private Optional<JobFiles.Checkpoint> checkpoint(Section section) {
    Optional<RelativePath> path = needed(section, "path", RelativePath::new);
    Duration every = section.duration("every").orElse(EVERY);
    section.refuseOthers();
    if (every.compareTo(JobFiles.Checkpoint.EVERY_MIN) < 0) {
      section.problem("every", "is too short: write 1s or more");
      return Optional.empty();
    }
    return path.map(p -> new JobFiles.Checkpoint(p, every));
  }

  private static String last(DataName name) {
    return name.value().substring(name.value().lastIndexOf('/') + 1);
  }

  private static <T> Optional<T> needed(Section section, String key, Function<String, T> maker) {
    if (!section.has(key)) {
      section.problem(key, "is missing");
      return Optional.empty();
    }
    return made(section, key, maker);
  }

  private static <T> Optional<T> made(Section section, String key, Function<String, T> maker) {
    Optional<String> text = section.text(key);
    try {
      return text.map(maker);
    } catch (IllegalArgumentException e) {
      section.problem(key, "is wrong: " + e.getMessage());
      return Optional.empty();
    }
  }
}
