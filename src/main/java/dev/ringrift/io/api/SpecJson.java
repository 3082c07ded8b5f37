package dev.ringrift.io.api;

import dev.ringrift.core.jobs.JobFields;
import dev.ringrift.core.jobs.JobFiles;
import dev.ringrift.core.jobs.JobForm;
import dev.ringrift.core.jobs.JobSpec;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// Reads what a job asks for from JSON; all problems are reported at once.
final class SpecJson implements JobForm<JsonFields> {
  private SpecJson() {}

  /// @throws ApiError when it is no job
  static JobSpec read(JsonNode node) {
    JsonFields fields = new JsonFields(node, "spec");
    JobSpec spec = JobFields.read(fields, new SpecJson(), "");
    if (fields.problems().isEmpty()) {
      return spec;
    }
    throw ApiError.bad(
        "the job is not valid",
        String.join("\n", fields.problems()),
        "docs/protocol.md shows what a job may have");
  }

  @Override
  public Optional<List<String>> run(JsonFields job) {
    int before = job.problems().size();
    List<String> argv = job.texts("run");
    return job.problems().size() == before ? Optional.of(argv) : Optional.empty();
  }

  @Override
  public Optional<Gpus> gpus(JsonFields resources) {
    return resources
        .whole("gpus", Integer.MIN_VALUE, Integer.MAX_VALUE)
        .map(count -> new Gpus(count, 0));
  }

  @Override
  public JobFiles files(JsonFields job) {
    return job.record("files", JobFiles.class).orElse(JobFiles.NONE);
  }
}
