package dev.ringrift.io.api;

import dev.ringrift.core.jobs.Attempt;
import dev.ringrift.core.jobs.JobSpec;
import dev.ringrift.core.jobs.Selector;
import dev.ringrift.core.jobs.Task;
import dev.ringrift.core.jobs.TaskId;
import dev.ringrift.core.jobs.TaskState;
import dev.ringrift.core.ledger.Command;
import dev.ringrift.io.api.Route.Access;
import dev.ringrift.io.api.Route.Where;
import dev.ringrift.io.json.Json;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Submitting, cancelling and retrying jobs.
final class JobChangeRoutes {
  private static final int KEY_LENGTH_MAX = 200;

  private final ApiPorts ports;
  private final Changes changes;

  JobChangeRoutes(ApiPorts ports, Changes changes) {
    this.ports = ports;
    this.changes = changes;
  }

  List<Route> routes() {
    return List.of(
        Route.post("/api/v1/jobs", Access.SUBMIT, Where.LEADER, (call, words) -> submit(call)),
        Route.post(
            "/api/v1/jobs/cancel", Access.SUBMIT, Where.LEADER, (call, words) -> cancel(call)),
        Route.post(
            "/api/v1/jobs/retry", Access.SUBMIT, Where.LEADER, (call, words) -> retry(call)));
  }

  private ApiReply submit(ApiCall call) {
    ApiBody body = ApiBody.of(call, "key", "spec");
    String key = body.required("key");
    if (key.length() > KEY_LENGTH_MAX) {
      throw ApiError.bad(
          "the key has %d characters".formatted(key.length()), "", "use at most " + KEY_LENGTH_MAX);
    }
    JobSpec spec = SpecJson.read(body.tree("spec"));
    long id =
        changes.commit(
            new Command.Submit(key, spec, call.caller().name(), ports.clock().wallMillis()));
    return ApiReply.json(Json.shared().createObjectNode().put("id", id));
  }

  private ApiReply cancel(ApiCall call) {
    ApiBody body = ApiBody.of(call, "select", "tasks", "reason");
    Set<TaskId> tasks =
        selected(body, task -> !task.state().ended(), "all tasks of '%s' have ended");
    String reason = body.text("reason").orElse("cancelled by %s".formatted(call.caller().name()));
    changes.commit(new Command.Cancel(tasks, reason, ports.clock().wallMillis()));
    return changed(tasks);
  }

  private ApiReply retry(ApiCall call) {
    ApiBody body = ApiBody.of(call, "select", "tasks", "reason");
    Set<TaskId> tasks =
        selected(
            body,
            task ->
                task.state().ended()
                    && task.state() != TaskState.SUCCEEDED
                    && task.attempts().stream().noneMatch(Attempt::live),
            "no task of '%s' failed, was cancelled or was lost, and has no attempt on a silent"
                + " node");
    changes.commit(new Command.Retry(tasks, ports.clock().wallMillis()));
    return changed(tasks);
  }

  /// @param none what is said of the selected when none of them fits
  private Set<TaskId> selected(ApiBody body, Predicate<Task> fits, String none) {
    StringBuilder text = new StringBuilder(body.text("select").orElse(""));
    body.tree("tasks")
        .forEach(task -> text.append(text.isEmpty() ? "" : ",").append(task.asString("")));
    Selector selector = Selector.parse(text.toString());
    Set<TaskId> tasks =
        ports
            .ownLedger()
            .read(
                state ->
                    JobRoutes.selectedTasks(state, selector).stream()
                        .flatMap(id -> state.task(id).stream())
                        .filter(fits)
                        .map(Task::id)
                        .collect(Collectors.toCollection(TreeSet::new)));
    if (tasks.isEmpty()) {
      throw ApiError.conflict(none.formatted(text), "", "see: ringrift jobs list");
    }
    return tasks;
  }

  private static ApiReply changed(Set<TaskId> tasks) {
    ObjectNode node = Json.shared().createObjectNode();
    node.put("tasks", tasks.size());
    ArrayNode jobs = node.putArray("jobs");
    tasks.stream().map(TaskId::job).distinct().forEach(jobs::add);
    return ApiReply.json(node);
  }
}
