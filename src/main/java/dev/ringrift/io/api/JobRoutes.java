package dev.ringrift.io.api;

import dev.ringrift.core.UserError;
import dev.ringrift.core.jobs.Job;
import dev.ringrift.core.jobs.JobSummary;
import dev.ringrift.core.jobs.Selector;
import dev.ringrift.core.jobs.Task;
import dev.ringrift.core.jobs.TaskId;
import dev.ringrift.core.ledger.ClusterState;
import dev.ringrift.io.api.Route.Access;
import dev.ringrift.io.api.Route.Where;
import dev.ringrift.io.json.Json;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Reading jobs.
final class JobRoutes {
  /// Most jobs in one answer.
  static final int JOBS_MAX = 10_000;

  private static final int JOBS_DEFAULT = 1_000;

  private final ApiPorts ports;

  JobRoutes(ApiPorts ports) {
    this.ports = ports;
  }

  List<Route> routes() {
    return List.of(
        Route.get("/api/v1/jobs", Access.READ, Where.LEADER_BEST, (call, words) -> list(call)),
        Route.get(
            "/api/v1/jobs/{id}",
            Access.READ,
            Where.LEADER_BEST,
            (call, words) -> show(words.getOrDefault("id", ""))),
        Route.get(
            "/api/v1/jobs/{id}/explain",
            Access.READ,
            Where.LEADER,
            (call, words) -> explain(words.getOrDefault("id", ""))));
  }

  private ApiReply list(ApiCall call) {
    Selector selector = Selector.parse(call.param("select").orElse("all"));
    long limit = call.number("limit", JOBS_DEFAULT, 1, JOBS_MAX);
    List<Found> found = ports.ownLedger().read(state -> find(state, selector, call, limit));
    ArrayNode jobs = Json.shared().createArrayNode();
    found.reversed().forEach(one -> jobs.add(one.json()));
    return ApiReply.json(jobs);
  }

  /// The newest jobs that fit, newest first. Who selects jobs gets their tasks too, and of a job of
  /// which tasks are selected only those; `tasks=0` leaves them out.
  private static List<Found> find(ClusterState state, Selector selector, ApiCall call, long limit) {
    Optional<String> wantedState = call.param("state");
    Optional<String> wantedName = call.param("name");
    boolean tasks = call.flag("tasks") || (call.param("select").isPresent() && !call.off("tasks"));
    NavigableSet<TaskId> selected =
        tasks ? selectedTasks(state, selector) : Collections.emptyNavigableSet();
    List<Found> found = new ArrayList<>();
    for (Long id : selected(state, selector).descendingSet()) {
      if (found.size() == limit) {
        break;
      }
      Job job = state.job(id).orElseThrow();
      JobSummary summary = JobSummary.of(job, state.counts(id));
      if (wantedState.filter(want -> !want.equals(summary.state().label())).isEmpty()
          && wantedName.filter(want -> !want.equals(job.spec().name())).isEmpty()) {
        found.add(
            new Found(
                summary,
                tasks
                    ? Optional.of(
                        state.tasksOf(id).stream()
                            .filter(task -> selected.contains(task.id()))
                            .toList())
                    : Optional.empty()));
      }
    }
    return found;
  }

  private ApiReply show(String id) {
    Selector selector = Selector.parse(id);
    return ApiReply.json(
        ports
            .ownLedger()
            .read(
                state -> {
                  NavigableSet<Long> jobs = selected(state, selector);
                  if (jobs.size() != 1) {
                    throw ApiError.bad(
                        "'%s' means %d jobs".formatted(id, jobs.size()),
                        "one is shown at a time",
                        "for several: /api/v1/jobs?tasks=1&select=" + id);
                  }
                  Job job = state.job(jobs.first()).orElseThrow();
                  return new Found(
                      JobSummary.of(job, state.counts(job.id())),
                      Optional.of(List.copyOf(state.tasksOf(job.id()))));
                })
            .json());
  }

  /// Explains one task: the first that has not ended, or else the first.
  private ApiReply explain(String id) {
    Selector selector = Selector.parse(id);
    List<Task> tasks =
        ports
            .ownLedger()
            .read(
                state ->
                    selectedTasks(state, selector).stream()
                        .flatMap(task -> state.task(task).stream())
                        .toList());
    List<Task> open = tasks.stream().filter(task -> !task.state().ended()).toList();
    if (tasks.isEmpty()) {
      throw ApiError.missing("no task is selected by '%s'".formatted(id), "", "");
    }
    Task task = open.isEmpty() ? tasks.getFirst() : open.getFirst();
    ObjectNode reply = Json.shared().createObjectNode();
    reply.put("task", task.id().toString());
    reply.put("state", task.state().label());
    reply.put("reason", task.reason());
    reply.put("open", open.size());
    ArrayNode lines = reply.putArray("lines");
    ArrayNode details = reply.putArray("details");
    for (Explainer.Line line : ports.explainer().explain(task.id())) {
      lines.add("%s: %s".formatted(line.subject(), line.text()));
      details.addObject().put("subject", line.subject()).put("text", line.text());
    }
    return ApiReply.json(reply);
  }

  static NavigableSet<Long> selected(ClusterState state, Selector selector) {
    try {
      return selector.jobs(state.jobs());
    } catch (UserError e) {
      throw new ApiError(404, e);
    }
  }

  static NavigableSet<TaskId> selectedTasks(ClusterState state, Selector selector) {
    try {
      return selector.tasks(state.jobs());
    } catch (UserError e) {
      throw new ApiError(404, e);
    }
  }

  private record Found(JobSummary summary, Optional<List<Task>> tasks) {
    ObjectNode json() {
      return tasks.map(list -> JobJson.of(summary, list)).orElseGet(() -> JobJson.of(summary));
    }
  }
}
