package dev.ringrift.core.ledger;

import dev.ringrift.core.NodeId;
import dev.ringrift.core.Role;
import dev.ringrift.core.jobs.Attempt;
import dev.ringrift.core.jobs.AttemptId;
import dev.ringrift.core.jobs.AttemptState;
import dev.ringrift.core.jobs.Capacity;
import dev.ringrift.core.jobs.Gpu;
import dev.ringrift.core.jobs.JobSpec;
import dev.ringrift.core.jobs.Task;
import dev.ringrift.core.jobs.TaskId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A state of term 1 with three voters, and short words for what is done to it. Time goes on by a
/// second with each command.
public final class TestCluster {
  public static final JobSpec SPEC = JobSpec.of("job", List.of("true"));
  public static final JobSpec EXCLUSIVE =
      SPEC.withDisconnect(new JobSpec.Disconnect(Duration.ofMinutes(5), true));

  public ClusterState state = new ClusterState();
  public long term = 1;
  public long now = 1_000_000;
  private int keys;

  public TestCluster() {
    List<NodeId> voters = List.of(new NodeId("v1"), new NodeId("v2"), new NodeId("v3"));
    done(new Command.Found("c", "test", voters, tick()));
    done(new Command.Lead(1, voters.getFirst(), tick()));
  }

  public long tick() {
    return now += 1_000;
  }

  public Outcome apply(Command command) {
    return state.apply(command);
  }

  /// Applies what must take effect, and returns its number.
  public long done(Command command) {
    return switch (apply(command)) {
      case Outcome.Done done -> done.id();
      case Outcome.Rejected rejected -> throw new AssertionError(rejected.reason());
    };
  }

  public NodeId node(String name, int slots, int... vramMib) {
    return node(name, capacity(slots, vramMib));
  }

  public NodeId node(String name, Capacity capacity) {
    NodeId id = new NodeId(name);
    done(new Command.Register(term, id, Role.WORKER, List.of(), capacity, "1", 1, 7, tick()));
    return id;
  }

  public static Capacity capacity(int slots, int... vramMib) {
    List<Gpu> gpus =
        java.util.stream.IntStream.range(0, vramMib.length)
            .mapToObj(i -> new Gpu(i, "gpu", vramMib[i]))
            .toList();
    return new Capacity(slots, 8, 32_000, 100_000, gpus, "", Map.of());
  }

  public long submit(JobSpec spec) {
    return done(new Command.Submit("key-" + ++keys, spec, "me", tick()));
  }

  /// Places the next attempt of a task; false when the state refused.
  public boolean place(long job, int task, NodeId node, Integer... gpus) {
    int number = task(job, task).attempts().size() + 1;
    return place(AttemptId.of(job, task, number), node, gpus);
  }

  public boolean place(AttemptId attempt, NodeId node, Integer... gpus) {
    Command.Placing placing = new Command.Placing(attempt, node, List.of(gpus));
    return done(new Command.Place(term, List.of(placing), tick())) == 1;
  }

  public void step(Command.Step step) {
    done(new Command.Progress(term, List.of(step), tick()));
  }

  /// The attempt's own node reports it.
  public void report(AttemptId id, AttemptState to, int exitCode) {
    NodeId node = attempt(id).node();
    step(new Command.Step.Reported(id, node, to, exitCode, "", now, to.live() ? 0 : now));
  }

  public void finish(long job, int task, AttemptState as, int exitCode) {
    report(AttemptId.of(job, task, task(job, task).attempts().size()), as, exitCode);
  }

  public void cancel(long job, int task) {
    done(new Command.Cancel(Set.of(new TaskId(job, task)), "no longer wanted", tick()));
  }

  public Task task(long job, int task) {
    return state.task(new TaskId(job, task)).orElseThrow();
  }

  public Attempt attempt(AttemptId id) {
    return state.task(id.task()).orElseThrow().attempt(id.number()).orElseThrow();
  }

  public List<TaskId> waiting() {
    return state.waiting(now).map(Task::id).toList();
  }
}
