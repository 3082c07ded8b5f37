package dev.ringrift.io.api;

import dev.ringrift.core.UserError;
import dev.ringrift.core.jobs.JobSpec;
import dev.ringrift.core.jobs.Resources;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// Reads what a job asks for from JSON, with the names of a job file (`lost_after`) or of the
/// record (`lostAfter`). What is not there has its default; all problems are reported at once.
final class SpecJson {
  private SpecJson() {}

  /// @throws ApiError when it is no job
  static JobSpec read(JsonNode node) {
    JsonFields spec = new JsonFields(node, "spec");
    JsonFields resources = spec.object("resources");
    JsonFields retry = spec.object("retry");
    JsonFields disconnect = spec.object("disconnect");
    List<String> run = spec.texts("run");
    JobSpec.Retry noRetry = JobSpec.Retry.NONE;
    JobSpec.Disconnect usual = JobSpec.Disconnect.DEFAULT;
    Set<Integer> exitCodes = new HashSet<>();
    retry.longs("onexitcodes").forEach(code -> exitCodes.add(Math.toIntExact(code)));
    Maker maker =
        () ->
            new JobSpec(
                spec.text("name", run.isEmpty() ? "" : run.getFirst()),
                run,
                spec.text("setup", ""),
                spec.map("envs"),
                spec.text("workdir", ""),
                new Resources(
                    resources.integer("gpus", 0),
                    resources.decimal("vramgb", 0),
                    resources.decimal("cpus", 0),
                    resources.decimal("memorygb", 0),
                    resources.decimal("diskgb", 0),
                    resources.text("role", ""),
                    resources.map("labels")),
                spec.integer("priority", 0),
                spec.integer("count", 1),
                new JobSpec.Retry(
                    retry.integer("attempts", noRetry.attempts()),
                    exitCodes,
                    retry.span("backoff", noRetry.backoff())),
                spec.span("timeout", Duration.ZERO),
                new JobSpec.Disconnect(
                    disconnect.span("lostafter", usual.lostAfter()),
                    disconnect.flag("exclusive", usual.exclusive())),
                Set.copyOf(spec.longs("after")));
    return made(maker, spec);
  }

  private static JobSpec made(Maker maker, JsonFields spec) {
    try {
      JobSpec made = maker.make();
      spec.refuseUnread();
      if (spec.problems().isEmpty()) {
        return made;
      }
    } catch (IllegalArgumentException e) {
      spec.problems().add(String.valueOf(e.getMessage()));
    }
    throw new ApiError(
        400,
        new UserError(
            "the job is not valid",
            String.join("\n", spec.problems()),
            "docs/protocol.md shows what a job may have"));
  }

  @FunctionalInterface
  private interface Maker {
    JobSpec make();
  }
}
