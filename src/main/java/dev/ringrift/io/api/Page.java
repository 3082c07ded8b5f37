package dev.ringrift.io.api;

import dev.ringrift.core.trust.Caller;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// The cluster on one page, without any script: the same facts as `/cluster/status`, and jobs and
/// events for those who may read them. It loads itself again every few seconds.
final class Page {
  private static final int JOBS_SHOWN = 20;
  private static final int EVENTS_SHOWN = 25;

  private Page() {}

  /// Renders it with what `call`'s caller may see.
  static ApiReply answer(ApiCall call, Api api) {
    Caller caller = call.caller();
    JsonNode status = api.call(ApiCall.get("/cluster/status", Map.of(), caller)).tree();
    JsonNode health = api.call(ApiCall.get("/health", Map.of(), caller)).tree();
    PageWriter page = new PageWriter();
    page.begin(status.path("cluster").asString("ringrift"));
    summary(page, status, health);
    nodes(page, status.path("nodes"));
    if (caller.mayRead()) {
      ApiReply jobs =
          api.call(
              ApiCall.get("/api/v1/jobs", Map.of("limit", String.valueOf(JOBS_SHOWN)), caller));
      jobs(page, jobs);
      ApiReply events =
          api.call(
              ApiCall.get("/api/v1/events", Map.of("limit", String.valueOf(EVENTS_SHOWN)), caller));
      events(page, events);
    } else {
      page.note("Jobs and events are shown on the node itself, or with a token.");
    }
    page.end(health.path("node").asString(""), health.path("version").asString(""));
    return ApiReply.text(200, ApiReply.HTML, page.text());
  }

  private static void summary(PageWriter page, JsonNode status, JsonNode health) {
    if (status.path("stale").asBoolean(false)) {
      page.alarm(
          "No leader answers. This is what was known %s s ago."
              .formatted(status.path("age_s").asString("?")));
    }
    for (JsonNode reason : health.path("reasons")) {
      page.alarm("%s: %s".formatted(health.path("node").asString(""), reason.asString("")));
    }
    for (JsonNode warning : health.path("warnings")) {
      page.note("%s: %s".formatted(health.path("node").asString(""), warning.asString("")));
    }
    JsonNode quorum = status.path("quorum");
    JsonNode jobs = status.path("jobs");
    long up = 0;
    for (JsonNode node : status.path("nodes")) {
      up += node.path("state").asString("").equals("up") ? 1 : 0;
    }
    page.facts(
        List.of(
            new PageWriter.Fact("leader", status.path("leader").asString("none")),
            new PageWriter.Fact("term", status.path("term").asString("")),
            new PageWriter.Fact(
                "voters alive",
                "%d of %d"
                    .formatted(quorum.path("alive").asInt(0), quorum.path("voters").asInt(0))),
            new PageWriter.Fact("nodes up", "%d of %d".formatted(up, status.path("nodes").size())),
            new PageWriter.Fact("waiting", jobs.path("waiting").asString("0")),
            new PageWriter.Fact(
                "running",
                String.valueOf(jobs.path("running").asInt(0) + jobs.path("placed").asInt(0))),
            new PageWriter.Fact("succeeded", jobs.path("succeeded").asString("0")),
            new PageWriter.Fact(
                "failed",
                String.valueOf(jobs.path("failed").asInt(0) + jobs.path("lost").asInt(0)))));
  }

  private static void nodes(PageWriter page, JsonNode nodes) {
    page.table("Nodes", List.of("node", "state", "role", "tasks", "GPUs", "CPU", "seen", "why"));
    for (JsonNode node : nodes) {
      page.row(
          List.of(
              PageWriter.strong(node.path("id").asString("")),
              PageWriter.state(node.path("state").asString("")),
              PageWriter.text(words(node.path("roles"))),
              PageWriter.text(
                  "%d / %d"
                      .formatted(
                          node.path("slots").path("used").asInt(0),
                          node.path("slots").path("total").asInt(0))),
              PageWriter.text(gpus(node.path("gpus"))),
              PageWriter.text(percent(node.path("load").path("cpu"))),
              PageWriter.text(seen(node.path("last_seen_s"))),
              PageWriter.text(why(node))));
    }
    page.tableEnd("no node is known");
  }

  private static String why(JsonNode node) {
    List<String> parts = new ArrayList<>();
    String reason = node.path("reason").asString("");
    String drained = node.path("drain_reason").asString("");
    String problem = node.path("load").path("problem").asString("");
    if (!reason.isEmpty()) {
      parts.add(reason);
    }
    if (!drained.isEmpty()) {
      parts.add("drained: " + drained);
    }
    if (!problem.isEmpty()) {
      parts.add(problem);
    }
    return String.join("; ", parts);
  }

  /// "4x RTX 5090, 93 %", by model.
  private static String gpus(JsonNode gpus) {
    if (gpus.isEmpty()) {
      return "";
    }
    double sum = 0;
    int known = 0;
    for (JsonNode gpu : gpus) {
      if (gpu.path("utilisation").isNumber()) {
        sum += gpu.path("utilisation").asDouble();
        known++;
      }
    }
    String model = gpus.get(0).path("model").asString("GPU").replace("NVIDIA GeForce ", "");
    String use = known == 0 ? "" : ", %d %%".formatted(Math.round(100 * sum / known));
    return "%d× %s%s".formatted(gpus.size(), model, use);
  }

  private static String percent(JsonNode share) {
    return share.isNumber() ? Math.round(100 * share.asDouble()) + " %" : "";
  }

  private static String seen(JsonNode seconds) {
    return seconds.isNumber() ? span(seconds.asDouble()) + " ago" : "never";
  }

  private static String span(double seconds) {
    if (seconds < 60) {
      return Math.round(seconds) + " s";
    }
    if (seconds < 3600) {
      return Math.round(seconds / 60) + " min";
    }
    return seconds < 172_800
        ? Math.round(seconds / 3600) + " h"
        : Math.round(seconds / 86_400) + " d";
  }

  private static void jobs(PageWriter page, ApiReply reply) {
    page.table("Newest jobs", List.of("job", "name", "state", "tasks", "submitted", "by"));
    if (!reply.ok()) {
      page.tableEnd(reply.tree().path("error").asString("jobs cannot be read now"));
      return;
    }
    for (JsonNode job : reply.tree().valueStream().toList().reversed()) {
      page.row(
          List.of(
              PageWriter.strong(job.path("id").asString("")),
              PageWriter.text(job.path("name").asString("")),
              PageWriter.state(job.path("state").asString("")),
              PageWriter.text(counts(job.path("counts"))),
              PageWriter.text(clock(job.path("submitted_at").asString(""))),
              PageWriter.text(job.path("owner").asString(""))));
    }
    page.tableEnd("no job yet; submit one with: ringrift jobs submit -- echo hello");
  }

  private static String counts(JsonNode counts) {
    List<String> parts = new ArrayList<>();
    counts.forEachEntry(
        (state, count) -> {
          if (count.asInt(0) > 0) {
            parts.add("%d %s".formatted(count.asInt(), state));
          }
        });
    return String.join(", ", parts);
  }

  private static void events(PageWriter page, ApiReply reply) {
    page.table("Newest events", List.of("at", "about", "what happened"));
    if (!reply.ok()) {
      page.tableEnd(reply.tree().path("error").asString("events cannot be read now"));
      return;
    }
    for (JsonNode event : reply.tree().valueStream().toList().reversed()) {
      page.row(
          List.of(
              PageWriter.text(clock(event.path("at").asString(""))),
              PageWriter.strong(
                  "%s %s"
                      .formatted(
                          event.path("kind").asString(""), event.path("subject").asString(""))),
              PageWriter.text(event.path("text").asString(""))));
    }
    page.tableEnd("nothing has happened yet");
  }

  /// An ISO time without fractions: `2026-11-23 21:04:09 UTC`.
  private static String clock(String iso) {
    if (iso.isEmpty()) {
      return "";
    }
    String seconds = Instant.ofEpochSecond(Instant.parse(iso).getEpochSecond()).toString();
    return seconds.replace("T", " ").replace("Z", " UTC");
  }

  private static String words(JsonNode list) {
    List<String> words = new ArrayList<>();
    list.forEach(word -> words.add(word.asString("")));
    return String.join(", ", words);
  }
}
