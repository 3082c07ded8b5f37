package dev.ringrift.io.api;

import dev.ringrift.core.jobs.JobSpec;
import dev.ringrift.core.jobs.Resources;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// Reads what a job asks for from JSON, with the names of a job file (`lost_after`) or of the
/// record (`lostAfter`). What is not there has its default; all problems are reported at once.
final class SpecJson {
  private SpecJson() {}

  /// @throws ApiError when it is no job
  static JobSpec read(JsonNode node) {
    JsonFields spec = new JsonFields(node, "spec");
    List<String> run = spec.texts("run");
    String name = spec.text("name", run.isEmpty() ? "" : run.getFirst());
    String setup = spec.text("setup", "");
    Map<String, String> envs = spec.map("envs");
    String workdir = spec.text("workdir", "");
    Resources resources = resources(spec.object("resources"));
    int priority = spec.integer("priority", 0);
    int count = spec.integer("count", 1);
    JobSpec.Retry retry = retry(spec.object("retry"));
    Duration timeout = spec.span("timeout", Duration.ZERO);
    JobSpec.Disconnect disconnect = disconnect(spec.object("disconnect"));
    Set<Long> after = Set.copyOf(spec.longs("after"));
    spec.refuseUnread();
    JobSpec otherwise = JobSpec.of("", List.of("true"));
    JobSpec made =
        spec.problems().isEmpty()
            ? spec.made(
                () ->
                    new JobSpec(
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
                        after),
                otherwise)
            : otherwise;
    if (spec.problems().isEmpty()) {
      return made;
    }
    throw ApiError.bad(
        "the job is not valid",
        String.join("\n", spec.problems()),
        "docs/protocol.md shows what a job may have");
  }

  private static Resources resources(JsonFields fields) {
    int gpus = fields.integer("gpus", 0);
    double vramGb = fields.decimal("vramgb", 0);
    double cpus = fields.decimal("cpus", 0);
    double memoryGb = fields.decimal("memorygb", 0);
    double diskGb = fields.decimal("diskgb", 0);
    String role = fields.text("role", "");
    Map<String, String> labels = fields.map("labels");
    return fields.made(
        () -> new Resources(gpus, vramGb, cpus, memoryGb, diskGb, role, labels), Resources.NONE);
  }

  private static JobSpec.Retry retry(JsonFields fields) {
    JobSpec.Retry usual = JobSpec.Retry.NONE;
    int attempts = fields.integer("attempts", usual.attempts());
    Set<Integer> exitCodes = new HashSet<>();
    fields.longs("onexitcodes").forEach(code -> exitCodes.add(Math.toIntExact(code)));
    Duration backoff = fields.span("backoff", usual.backoff());
    return fields.made(() -> new JobSpec.Retry(attempts, exitCodes, backoff), usual);
  }

  private static JobSpec.Disconnect disconnect(JsonFields fields) {
    JobSpec.Disconnect usual = JobSpec.Disconnect.DEFAULT;
    Duration lostAfter = fields.span("lostafter", usual.lostAfter());
    boolean exclusive = fields.flag("exclusive", usual.exclusive());
    return fields.made(() -> new JobSpec.Disconnect(lostAfter, exclusive), usual);
  }
}
