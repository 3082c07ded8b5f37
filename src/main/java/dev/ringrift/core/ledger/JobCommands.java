package dev.ringrift.core.ledger;

import dev.ringrift.core.Count;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.data.DataName;
import dev.ringrift.core.jobs.Attempt;
import dev.ringrift.core.jobs.AttemptId;
import dev.ringrift.core.jobs.Job;
import dev.ringrift.core.jobs.JobFiles;
import dev.ringrift.core.jobs.JobSpec;
import dev.ringrift.core.jobs.NodeRoom;
import dev.ringrift.core.jobs.Task;
import dev.ringrift.core.jobs.TaskId;
import dev.ringrift.core.jobs.TaskRules;
import dev.ringrift.core.jobs.TaskState;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// Applies the commands about jobs to a `ClusterState`. Not thread-safe.
final class JobCommands {
  private final ClusterState state;
  private final DataCommands data;

  /// Jobs that ended without success in this command, whose dependents are to be cancelled by it.
  private final ArrayDeque<Long> unsuccessful = new ArrayDeque<>();

  JobCommands(ClusterState state, DataCommands data) {
    this.state = state;
    this.data = data;
  }

  Outcome submit(Command.Submit command) {
    Optional<Job> known = state.jobs.byKey(command.owner(), command.key());
    if (known.isPresent()) {
      return new Outcome.Done(known.get().id());
    }
    List<Long> missing = new ArrayList<>();
    for (long id : new TreeSet<>(command.spec().after())) {
      if (state.jobs.job(id).isEmpty()) {
        missing.add(id);
      }
    }
    if (!missing.isEmpty()) {
      return new Outcome.Rejected("it comes after jobs that are not kept: " + missing);
    }
    Optional<Job> job =
        state.jobs.add(command.key(), command.spec(), command.owner(), command.atMillis());
    if (job.isEmpty()) {
      return new Outcome.Rejected(
          "%d tasks are kept, the most there can be, and none of their jobs has ended"
              .formatted(JobTable.TASKS_MAX));
    }
    JobSpec spec = command.spec();
    event(
        command.atMillis(),
        job.get().id(),
        "%s submitted by %s, %s"
            .formatted(spec.name(), command.owner(), Count.of(spec.count(), "task")));
    for (long before : new TreeSet<>(spec.after())) {
      if (state.jobs.ended(before) && !state.jobs.succeeded(before)) {
        cancelJob(job.get().id(), before, command.atMillis());
      }
    }
    cancelDependents(command.atMillis());
    return new Outcome.Done(job.get().id());
  }

  Outcome place(Command.Place command) {
    int placed = 0;
    Map<NodeId, NodeRoom> rooms = new HashMap<>();
    for (Command.Placing placing : command.placings()) {
      if (place(placing, rooms, command.atMillis())) {
        placed++;
      }
    }
    return new Outcome.Done(placed);
  }

  /// @param rooms what is free on the nodes that this command has come to
  private boolean place(Command.Placing placing, Map<NodeId, NodeRoom> rooms, long atMillis) {
    Task task = state.jobs.task(placing.attempt().task()).orElse(null);
    NodeRecord node = state.nodes.get(placing.node());
    if (task == null || node == null || !node.schedulable()) {
      return false;
    }
    Job job = state.jobs.job(task.id().job()).orElseThrow();
    NodeRoom room = rooms.computeIfAbsent(node.id(), x -> state.jobs.room(node));
    if (placing.attempt().number() != task.attempts().size() + 1
        || !TaskRules.placeable(task, job.spec())
        || !state.jobs.ready(job.id())
        || !room.has(job.spec().resources(), placing.gpus())) {
      return false;
    }
    room.take(job.spec().resources(), placing.gpus());
    update(job, task, TaskRules.placed(task, node.id(), placing.gpus(), atMillis), atMillis);
    return true;
  }

  Outcome progress(Command.Progress command) {
    for (Command.Step step : command.steps()) {
      step(step, command.atMillis());
    }
    cancelDependents(command.atMillis());
    return new Outcome.Done(0);
  }

  private void step(Command.Step step, long atMillis) {
    AttemptId id = step.attempt();
    Task task = state.jobs.task(id.task()).orElse(null);
    Attempt attempt = task == null ? null : task.attempt(id.number()).orElse(null);
    if (task == null || attempt == null) {
      return;
    }
    Job job = state.jobs.job(id.task().job()).orElseThrow();
    Task next =
        switch (step) {
          case Command.Step.Reported reported -> reported(job, task, attempt, reported, atMillis);
          case Command.Step.Delivered delivered ->
              reported(job, task, attempt, delivered.report(), atMillis);
          case Command.Step.Silent silent ->
              TaskRules.silent(task, id.number(), silent.reason(), atMillis);
          case Command.Step.Heard heard -> TaskRules.heard(task, id.number(), atMillis);
          case Command.Step.Lost lost ->
              TaskRules.lost(task, job.spec(), id.number(), lost.reason(), atMillis);
        };
    if (!next.equals(task)) {
      tellAttempt(step, attempt, next, atMillis);
      update(job, task, next, atMillis);
      if (step instanceof Command.Step.Delivered delivered
          && task.committed() == 0
          && next.committed() == id.number()) {
        publish(job, id, delivered.files(), atMillis);
      }
    }
  }

  /// What became the task's result is published under the names that its job declared, and nothing
  /// else: a node must not be able to replace what others published.
  private void publish(Job job, AttemptId id, List<Command.Made> files, long atMillis) {
    for (JobFiles.Output output : job.spec().files().outputs()) {
      DataName name = JobFiles.forTask(output.name(), id.task().task());
      files.stream()
          .filter(file -> file.name().equals(name))
          .findFirst()
          .ifPresent(
              file -> {
                data.publish(name, file.content(), DataVersion.publisher(id), atMillis);
                data.keepKnown(name, output.to(), atMillis);
              });
    }
  }

  private Task reported(
      Job job, Task task, Attempt attempt, Command.Step.Reported step, long atMillis) {
    if (!attempt.node().equals(step.node())) {
      return task;
    }
    Attempt news =
        attempt.moved(
            step.state(), step.exitCode(), step.reason(), step.startedMillis(), step.endedMillis());
    return TaskRules.reported(
        task, job.spec(), attempt.number(), news, roomToRevive(job, attempt), atMillis);
  }

  /// A late report of a machine that is said to be gone brings nothing back: one that is there
  /// after all registers first.
  private boolean roomToRevive(Job job, Attempt attempt) {
    NodeRecord node = state.nodes.get(attempt.node());
    return node != null
        && node.word() != NodeRecord.Word.GONE
        && state.jobs.room(node).has(job.spec().resources(), attempt.gpus());
  }

  private void tellAttempt(Command.Step step, Attempt before, Task after, long atMillis) {
    Attempt now = after.attempts().get(before.number() - 1);
    String text =
        switch (step) {
          case Command.Step.Delivered delivered -> "";
          case Command.Step.Reported reported ->
              switch (now.state()) {
                case FAILED ->
                    "failed on %s: %s"
                        .formatted(
                            now.node(),
                            now.reason().isEmpty() ? "exit code " + now.exitCode() : now.reason());
                case LOST -> "lost on %s: %s".formatted(now.node(), now.reason());
                default -> "";
              };
          case Command.Step.Silent silent -> silent.reason();
          case Command.Step.Heard heard -> now.node() + " is heard again";
          case Command.Step.Lost lost -> "lost on %s: %s".formatted(now.node(), lost.reason());
        };
    if (!text.isEmpty()) {
      state.events.add(atMillis, "attempt", step.attempt().toString(), text);
    }
  }

  Outcome cancel(Command.Cancel command) {
    int changed = 0;
    for (TaskId id : new TreeSet<>(command.tasks())) {
      changed += cancel(id, command.reason(), command.atMillis()) ? 1 : 0;
    }
    cancelDependents(command.atMillis());
    return new Outcome.Done(changed);
  }

  private boolean cancel(TaskId id, String reason, long atMillis) {
    Optional<Task> task = state.jobs.task(id);
    if (task.isEmpty()) {
      return false;
    }
    Task next = TaskRules.cancelled(task.get(), reason, atMillis);
    if (next.equals(task.get())) {
      return false;
    }
    update(state.jobs.job(id.job()).orElseThrow(), task.get(), next, atMillis);
    return true;
  }

  Outcome retry(Command.Retry command) {
    int changed = 0;
    Set<Long> revived = new TreeSet<>();
    for (TaskId id : new TreeSet<>(command.tasks())) {
      Task task = state.jobs.task(id).orElse(null);
      Task next = task == null ? null : TaskRules.retried(task, command.atMillis());
      if (task != null && next != null && !next.equals(task)) {
        state.jobs.put(next);
        revived.add(id.job());
        changed++;
      }
    }
    revived.forEach(job -> event(command.atMillis(), job, "is tried again"));
    return new Outcome.Done(changed);
  }

  /// What the provider's word about a machine means for what runs there.
  void said(Command.Say command) {
    NodeId node = command.node();
    for (AttemptId id : List.copyOf(state.jobs.liveOn(node))) {
      String reason = "%s is %s: %s".formatted(node, command.word().label(), command.reason());
      switch (command.word()) {
        case GONE -> {
          // An exclusive attempt may be placed again only when its lease must have run out, whoever
          // says that its machine is gone; the leader counts that.
          if (!exclusive(id)) {
            step(new Command.Step.Lost(id, reason), command.atMillis());
          }
        }
        case PAUSED -> step(new Command.Step.Silent(id, reason), command.atMillis());
        case RUNS -> {}
      }
    }
    cancelDependents(command.atMillis());
  }

  private boolean exclusive(AttemptId id) {
    return state.jobs.job(id.task().job()).orElseThrow().spec().disconnect().exclusive();
  }

  private void update(Job job, Task old, Task next, long atMillis) {
    boolean endedBefore = state.jobs.ended(job.id());
    state.jobs.put(next);
    if (next.state() != old.state() && next.state().ended()) {
      if (next.state() == TaskState.FAILED || next.state() == TaskState.LOST) {
        String text = "%s: %s".formatted(next.state().label(), next.reason());
        state.events.add(atMillis, "task", next.id().toString(), text);
      }
      if (!endedBefore && state.jobs.ended(job.id())) {
        jobEnded(job, atMillis);
      }
    }
  }

  private void jobEnded(Job job, long atMillis) {
    event(
        atMillis,
        job.id(),
        "%s has ended: %s".formatted(job.spec().name(), counted(state.counts(job.id()))));
    if (!state.jobs.succeeded(job.id())) {
      unsuccessful.add(job.id());
    }
  }

  private static String counted(Map<TaskState, Integer> counts) {
    return counts.entrySet().stream()
        .filter(entry -> entry.getValue() > 0)
        .map(entry -> "%d %s".formatted(entry.getValue(), entry.getKey().label()))
        .collect(Collectors.joining(", "));
  }

  /// Cancels what comes after jobs that did not succeed, and what comes after that. A loop, because
  /// a chain of jobs can be longer than the stack is deep.
  private void cancelDependents(long atMillis) {
    while (!unsuccessful.isEmpty()) {
      long job = unsuccessful.remove();
      for (long dependent : state.jobs.liveDependents(job)) {
        cancelJob(dependent, job, atMillis);
      }
    }
  }

  private void cancelJob(long job, long because, long atMillis) {
    String reason = "job %d, which it comes after, did not succeed".formatted(because);
    for (Task task : state.jobs.tasksOf(job)) {
      cancel(task.id(), reason, atMillis);
    }
  }

  private void event(long atMillis, long job, String text) {
    state.events.add(atMillis, "job", Long.toString(job), text);
  }
}
