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
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Reading jobs.
final class JobRoutes {
  /// Most jobs in one answer.
  static final int JOBS_MAX = 10_000;

  /// Most tasks that one answer explains.
  static final int EXPLAINED_MAX = 20;

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

  /// The newest jobs that fit, newest first.
  private static List<Found> find(ClusterState state, Selector selector, ApiCall call, long limit) {
    Optional<String> wantedState = call.param("state");
    Optional<String> wantedName = call.param("name");
    boolean tasks = call.flag("tasks");
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
                summary, tasks ? Optional.of(List.copyOf(state.tasksOf(id))) : Optional.empty()));
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

  private ApiReply explain(String id) {
    Selector selector = Selector.parse(id);
    List<Task> open =
        ports
            .ownLedger()
            .read(
                state ->
                    selectedTasks(state, selector).stream()
                        .flatMap(task -> state.task(task).stream())
                        .filter(task -> !task.state().ended())
                        .toList());
    ObjectNode reply = Json.shared().createObjectNode();
    ArrayNode tasks = reply.putArray("tasks");
    for (Task task : open.subList(0, Math.min(EXPLAINED_MAX, open.size()))) {
      ObjectNode node = tasks.addObject();
      node.put("task", task.id().toString());
      node.put("state", task.state().label());
      node.put("reason", task.reason());
      ArrayNode lines = node.putArray("lines");
      for (Explainer.Line line : ports.explainer().explain(task.id())) {
        lines.addObject().put("subject", line.subject()).put("text", line.text());
      }
    }
    reply.put("more", Math.max(0, open.size() - EXPLAINED_MAX));
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
