package dev.ringrift.core.ledger;

import dev.ringrift.core.NodeId;
import dev.ringrift.core.jobs.Attempt;
import dev.ringrift.core.jobs.AttemptId;
import dev.ringrift.core.jobs.Job;
import dev.ringrift.core.jobs.JobSpec;
import dev.ringrift.core.jobs.NodeRoom;
import dev.ringrift.core.jobs.Task;
import dev.ringrift.core.jobs.TaskId;
import dev.ringrift.core.jobs.TaskRules;
import dev.ringrift.core.jobs.TaskState;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongPredicate;
import java.util.stream.Stream;

/// Jobs and tasks with the indexes that keep every question cheap: who waits, in the order of their
/// turn, and what lives on each node. Not thread-safe.
final class JobTable {
  /// Most tasks kept; ended jobs make room for new ones, oldest first.
  static final int TASKS_MAX = 200_000;

  private static final Comparator<Turn> ORDER =
      Comparator.comparingInt(Turn::priority).reversed().thenComparing(Turn::task);

  private final TreeMap<Long, Job> jobs = new TreeMap<>();
  private final TreeMap<TaskId, Task> tasks = new TreeMap<>();
  private final Map<Long, EnumMap<TaskState, Integer>> counts = new HashMap<>();
  private final Map<SubmitKey, Long> keys = new HashMap<>();
  private final Map<Long, TreeSet<Long>> dependents = new HashMap<>();
  private final TreeSet<Turn> waiting = new TreeSet<>(ORDER);
  private final Map<NodeId, TreeSet<AttemptId>> liveOn = new HashMap<>();
  private final EnumMap<TaskState, Integer> total = new EnumMap<>(TaskState.class);
  private long lastId;

  /// The job that `owner` submitted with that key.
  Optional<Job> byKey(String owner, String key) {
    return Optional.ofNullable(keys.get(new SubmitKey(owner, key))).map(jobs::get);
  }

  /// Adds a job with all of its tasks; makes room by dropping ended jobs.
  ///
  /// @return the new job, or empty when there is no room
  Optional<Job> add(String key, JobSpec spec, String owner, long atMillis) {
    while (tasks.size() + spec.count() > TASKS_MAX && dropOldestEnded()) {}
    if (tasks.size() + spec.count() > TASKS_MAX) {
      return Optional.empty();
    }
    Job job = new Job(++lastId, key, spec, owner, atMillis);
    enter(job);
    for (int i = 0; i < spec.count(); i++) {
      put(Task.submitted(new TaskId(job.id(), i), atMillis));
    }
    return Optional.of(job);
  }

  private void enter(Job job) {
    jobs.put(job.id(), job);
    keys.put(SubmitKey.of(job), job.id());
    counts.put(job.id(), new EnumMap<>(TaskState.class));
    job.spec()
        .after()
        .forEach(id -> dependents.computeIfAbsent(id, x -> new TreeSet<>()).add(job.id()));
  }

  /// Replaces a task and keeps the indexes true.
  void put(Task task) {
    Job job = known(task.id().job());
    Task old = tasks.put(task.id(), task);
    if (old != null) {
      count(job.id(), old.state(), -1);
      index(job, old, false);
    }
    count(job.id(), task.state(), 1);
    index(job, task, true);
  }

  private void count(long job, TaskState state, int by) {
    add(countsOf(job), state, by);
    add(total, state, by);
  }

  /// A state that no task is in is left out, so that equal tables have equal counts whatever was in
  /// them before.
  private static void add(EnumMap<TaskState, Integer> to, TaskState state, int by) {
    int sum = to.getOrDefault(state, 0) + by;
    if (sum == 0) {
      to.remove(state);
    } else {
      to.put(state, sum);
    }
  }

  private void index(Job job, Task task, boolean in) {
    Turn turn = new Turn(job.spec().priority(), task.id());
    if (TaskRules.placeable(task, job.spec())) {
      if (in) {
        waiting.add(turn);
      } else {
        waiting.remove(turn);
      }
    }
    for (Attempt attempt : task.attempts()) {
      if (attempt.live()) {
        AttemptId id = new AttemptId(task.id(), attempt.number());
        TreeSet<AttemptId> set = liveOn.computeIfAbsent(attempt.node(), x -> new TreeSet<>());
        if (in) {
          set.add(id);
        } else {
          set.remove(id);
          if (set.isEmpty()) {
            liveOn.remove(attempt.node());
          }
        }
      }
    }
  }

  private boolean dropOldestEnded() {
    for (Job job : jobs.values()) {
      if (ended(job.id()) && droppable(job.id()) && quiet(job.id())) {
        tasksOf(job.id()).forEach(task -> count(job.id(), task.state(), -1));
        tasks.subMap(new TaskId(job.id(), 0), true, end(job.id()), true).clear();
        jobs.remove(job.id());
        keys.remove(SubmitKey.of(job));
        counts.remove(job.id());
        dependents.remove(job.id());
        job.spec()
            .after()
            .forEach(
                id ->
                    dependents.computeIfPresent(
                        id,
                        (x, set) -> {
                          set.remove(job.id());
                          return set.isEmpty() ? null : set;
                        }));
        return true;
      }
    }
    return false;
  }

  /// Whether no kept job would miss it. One that did not succeed is kept as long as any that comes
  /// after it, ended or not: a job that is no longer kept counts as succeeded, and an ended one may
  /// be tried again.
  private boolean droppable(long job) {
    return succeeded(job)
        ? liveDependents(job).isEmpty()
        : dependents.getOrDefault(job, new TreeSet<>()).isEmpty();
  }

  private boolean quiet(long job) {
    return tasksOf(job).stream().flatMap(t -> t.attempts().stream()).noneMatch(Attempt::live);
  }

  /// Jobs that wait for this one and have not ended.
  List<Long> liveDependents(long job) {
    return dependents.getOrDefault(job, new TreeSet<>()).stream().filter(id -> !ended(id)).toList();
  }

  /// Whether no task of the job will run again by itself.
  boolean ended(long job) {
    return countsOf(job).entrySet().stream()
        .allMatch(entry -> entry.getKey().ended() || entry.getValue() == 0);
  }

  /// Whether every task of the job succeeded; a job that is no longer kept did.
  boolean succeeded(long job) {
    Job known = jobs.get(job);
    return known == null
        || countsOf(job).getOrDefault(TaskState.SUCCEEDED, 0) == known.spec().count();
  }

  /// Tasks whose backoff and dependencies allow that they are placed, in the order of their turn;
  /// found one by one as they are asked for.
  ///
  /// @param wanted which jobs; asked anew for each task
  Stream<Task> waiting(long nowMillis, LongPredicate wanted) {
    Map<Long, Boolean> ready = new HashMap<>();
    return waiting.stream()
        .filter(turn -> wanted.test(turn.task().job()))
        .filter(turn -> ready.computeIfAbsent(turn.task().job(), this::ready))
        .map(turn -> known(turn.task()))
        .filter(
            task -> {
              JobSpec spec = known(task.id().job()).spec();
              return TaskRules.backoffLeftMillis(task, spec, nowMillis) == 0;
            });
  }

  /// Whether all jobs that this one comes after have succeeded.
  boolean ready(long job) {
    return known(job).spec().after().stream().allMatch(this::succeeded);
  }

  /// The attempts that hold room on a node.
  Collection<AttemptId> liveOn(NodeId node) {
    return Collections.unmodifiableCollection(liveOn.getOrDefault(node, new TreeSet<>()));
  }

  /// What is free on a node of that capacity by the reservations in force.
  NodeRoom room(NodeRecord node) {
    NodeRoom room = new NodeRoom(node.capacity());
    for (AttemptId id : liveOn(node.id())) {
      Attempt attempt = known(id.task()).attempts().get(id.number() - 1);
      room.take(known(id.task().job()).spec().resources(), attempt.gpus());
    }
    return room;
  }

  NavigableMap<Long, Job> jobs() {
    return Collections.unmodifiableNavigableMap(jobs);
  }

  Optional<Job> job(long id) {
    return Optional.ofNullable(jobs.get(id));
  }

  Optional<Task> task(TaskId id) {
    return Optional.ofNullable(tasks.get(id));
  }

  List<Task> tasksOf(long job) {
    return List.copyOf(tasks.subMap(new TaskId(job, 0), true, end(job), true).values());
  }

  Map<TaskState, Integer> counts(long job) {
    return Collections.unmodifiableMap(countsOf(job));
  }

  Map<TaskState, Integer> counts() {
    return Collections.unmodifiableMap(total);
  }

  long lastId() {
    return lastId;
  }

  List<Task> allTasks() {
    return List.copyOf(tasks.values());
  }

  /// Fills an empty table.
  void restore(List<Job> oldJobs, List<Task> oldTasks, long oldLastId) {
    oldJobs.forEach(this::enter);
    oldTasks.forEach(this::put);
    lastId = oldLastId;
  }

  private Job known(long id) {
    return Objects.requireNonNull(jobs.get(id), () -> "job " + id + " is not kept");
  }

  private Task known(TaskId id) {
    return Objects.requireNonNull(tasks.get(id), () -> "task " + id + " is not kept");
  }

  private EnumMap<TaskState, Integer> countsOf(long job) {
    EnumMap<TaskState, Integer> found = counts.get(job);
    return found == null ? new EnumMap<>(TaskState.class) : found;
  }

  private static TaskId end(long job) {
    return new TaskId(job, Integer.MAX_VALUE);
  }

  private record Turn(int priority, TaskId task) {}

  /// Two owners may use the same word.
  private record SubmitKey(String owner, String key) {
    static SubmitKey of(Job job) {
      return new SubmitKey(job.owner(), job.key());
    }
  }
}
