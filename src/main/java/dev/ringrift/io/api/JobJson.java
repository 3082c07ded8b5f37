package dev.ringrift.io.api;

import dev.ringrift.core.jobs.Attempt;
import dev.ringrift.core.jobs.AttemptId;
import dev.ringrift.core.jobs.AttemptState;
import dev.ringrift.core.jobs.JobSummary;
import dev.ringrift.core.jobs.Task;
import dev.ringrift.core.jobs.TaskState;
import dev.ringrift.core.ledger.Event;
import dev.ringrift.io.json.Json;
import java.time.Instant;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Jobs and events in the words of `docs/protocol.md`. Environments and scripts are not shown: they
/// may hold secrets, and workers may read.
final class JobJson {
  private JobJson() {}

  static ObjectNode of(JobSummary summary) {
    ObjectNode node = Json.shared().createObjectNode();
    node.put("id", summary.job().id());
    node.put("name", summary.job().spec().name());
    node.put("state", summary.state().label());
    node.put("owner", summary.job().owner());
    time(node, "submitted_at", summary.job().submittedMillis());
    node.put("count", summary.job().spec().count());
    node.put("priority", summary.job().spec().priority());
    ObjectNode counts = node.putObject("counts");
    for (TaskState state : TaskState.values()) {
      counts.put(state.label(), summary.counts().getOrDefault(state, 0));
    }
    return node;
  }

  static ObjectNode of(JobSummary summary, List<Task> tasks) {
    ObjectNode node = of(summary);
    ArrayNode list = node.putArray("tasks");
    tasks.forEach(task -> list.add(of(task)));
    return node;
  }

  private static ObjectNode of(Task task) {
    ObjectNode node = Json.shared().createObjectNode();
    node.put("task", task.id().toString());
    node.put("state", task.state().label());
    node.put("reason", task.reason());
    time(node, "since", task.sinceMillis());
    if (task.committed() == 0) {
      node.putNull("committed");
    } else {
      node.put("committed", new AttemptId(task.id(), task.committed()).toString());
    }
    ArrayNode attempts = node.putArray("attempts");
    task.attempts().forEach(attempt -> attempts.add(of(task, attempt)));
    return node;
  }

  private static ObjectNode of(Task task, Attempt attempt) {
    ObjectNode node = Json.shared().createObjectNode();
    node.put("attempt", new AttemptId(task.id(), attempt.number()).toString());
    node.put("number", attempt.number());
    node.put("node", attempt.node().value());
    node.put("state", attempt.state().label());
    boolean exited =
        attempt.state() == AttemptState.SUCCEEDED || attempt.state() == AttemptState.FAILED;
    if (exited) {
      node.put("exit_code", attempt.exitCode());
    } else {
      node.putNull("exit_code");
    }
    boolean ending = attempt.live() && !attempt.stopReason().isEmpty();
    node.put("reason", ending ? "to be ended: " + attempt.stopReason() : attempt.reason());
    time(node, "placed_at", attempt.placedMillis());
    time(node, "started_at", attempt.startedMillis());
    time(node, "ended_at", attempt.endedMillis());
    node.put("committed", attempt.number() == task.committed());
    attempt.gpus().forEach(node.putArray("gpus")::add);
    node.put("silent", attempt.silent());
    return node;
  }

  static ObjectNode of(Event event) {
    ObjectNode node = Json.shared().createObjectNode();
    node.put("seq", event.seq());
    time(node, "at", event.atMillis());
    node.put("kind", event.kind());
    node.put("subject", event.subject());
    node.put("text", event.text());
    return node;
  }

  private static void time(ObjectNode node, String field, long millis) {
    if (millis == 0) {
      node.putNull(field);
    } else {
      node.put(field, Instant.ofEpochMilli(millis).toString());
    }
  }
}
