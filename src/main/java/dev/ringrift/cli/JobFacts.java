package dev.ringrift.cli;

import dev.ringrift.core.UserError;
import dev.ringrift.core.jobs.TaskState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// One job as the API tells it.
record JobFacts(JsonNode node) {
  /// The jobs that `selector` means; there is at least one, or the cluster says not found.
  static List<JobFacts> select(ClusterClient client, JobWords selector) {
    return select(client, selector, true);
  }

  /// @param withTasks whether their tasks are wanted too, which may be many
  static List<JobFacts> select(ClusterClient client, JobWords selector, boolean withTasks) {
    Map<String, String> query = new LinkedHashMap<>();
    query.put("select", selector.text());
    if (!withTasks) {
      query.put("tasks", "0");
    }
    JsonNode answer = client.get("/api/v1/jobs", query);
    if (answer.isEmpty()) {
      throw new CommandError(
          ExitCode.NOT_FOUND,
          new UserError(
              "there is no job '%s'".formatted(selector.text()), "", "'jobs list' lists them"));
    }
    return Facts.items(answer).stream().map(JobFacts::new).toList();
  }

  String id() {
    return Facts.text(node, "id");
  }

  String name() {
    return Facts.text(node, "name");
  }

  /// How many tasks are meant: all of the job's, or only those selected.
  long count() {
    return tasks().isEmpty() ? Facts.number(node, "count") : tasks().size();
  }

  /// How many tasks are in that state.
  long in(TaskState state) {
    if (!tasks().isEmpty()) {
      return tasks().stream()
          .filter(task -> Facts.text(task, "state").equals(state.label()))
          .count();
    }
    return Facts.number(node.path("counts"), state.label());
  }

  /// How many tasks will never run again by themselves.
  long ended() {
    long ended = 0;
    for (TaskState state : TaskState.values()) {
      ended += state.ended() ? in(state) : 0;
    }
    return ended;
  }

  /// How many tasks ended without success.
  long unsuccessful() {
    return ended() - in(TaskState.SUCCEEDED);
  }

  /// As `3 waiting, 5 running, 192 succeeded`.
  String tally() {
    List<String> parts = new ArrayList<>();
    for (TaskState state : TaskState.values()) {
      if (in(state) > 0) {
        parts.add(in(state) + " " + state.label());
      }
    }
    return String.join(", ", parts);
  }

  List<JsonNode> tasks() {
    return Facts.items(node, "tasks");
  }

  /// A task's number within the job: 3 for `7.3`.
  static int number(JsonNode task) {
    String text = Facts.text(task, "task");
    return Integer.parseInt(text.substring(text.lastIndexOf('.') + 1));
  }

  /// The attempt that counts: the committed one, else the newest.
  static Optional<JsonNode> attempt(JsonNode task) {
    List<JsonNode> attempts = Facts.items(task, "attempts");
    return attempts.stream()
        .filter(attempt -> attempt.path("committed").asBoolean(false))
        .findFirst()
        .or(() -> attempts.isEmpty() ? Optional.empty() : Optional.of(attempts.getLast()));
  }
}
