package dev.ringrift.core.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.core.NodeId;
import dev.ringrift.core.Role;
import dev.ringrift.core.data.DataName;
import dev.ringrift.core.jobs.Attempt;
import dev.ringrift.core.jobs.AttemptId;
import dev.ringrift.core.jobs.AttemptState;
import dev.ringrift.core.jobs.Capacity;
import dev.ringrift.core.jobs.Gpu;
import dev.ringrift.core.jobs.Job;
import dev.ringrift.core.jobs.JobSpec;
import dev.ringrift.core.jobs.Resources;
import dev.ringrift.core.jobs.Task;
import dev.ringrift.core.jobs.TaskId;
import dev.ringrift.core.jobs.TaskRules;
import dev.ringrift.core.jobs.TaskState;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

/// Applies random commands, sensible and not, and computes after each from scratch what must hold.
/// `-Dsim.seed=N` runs one seed alone.
@SuppressWarnings("EnumOrdinal") // the order of states is what is checked
class ClusterStateRandomTest {
  private static final int SEEDS = 6;
  private static final int COMMANDS = 1_200;
  private static final int LAST_MAX = 12;
  private static final List<NodeRecord.Word> WORDS = List.of(NodeRecord.Word.values());

  private final Map<TaskId, Integer> committed = new HashMap<>();
  private final Map<AttemptId, NodeId> placedOn = new HashMap<>();
  private final ArrayDeque<Command> last = new ArrayDeque<>();
  private RandomGenerator random = RandomGenerator.getDefault();
  private ClusterState state = new ClusterState();
  private long term;
  private long now;
  private long capacitySeed;

  @Test
  void invariantsHoldAfterEachOfThousandsOfRandomCommands() {
    String one = System.getProperty("sim.seed", "");
    if (!one.isEmpty()) {
      run(Long.parseLong(one));
      return;
    }
    for (long seed = 1; seed <= SEEDS; seed++) {
      run(seed);
    }
  }

  private void run(long seed) {
    random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    state = new ClusterState();
    ClusterState replica = new ClusterState();
    committed.clear();
    placedOn.clear();
    last.clear();
    term = 0;
    now = 1_000;
    capacitySeed = seed;
    try {
      for (int i = 0; i < COMMANDS; i++) {
        Command command = next();
        last.addLast(command);
        if (last.size() > LAST_MAX) {
          last.removeFirst();
        }
        Outcome outcome = state.apply(command);
        assertThat(replica.apply(command)).isEqualTo(outcome);
        check();
        if (i % 50 == 0) {
          replica = ClusterState.restore(state.image());
        }
        if (i % 10 == 0) {
          assertThat(replica.image()).isEqualTo(state.image());
          assertThat(replica.counts()).isEqualTo(state.counts());
        }
      }
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError(
          "replay with -Dsim.seed=%d; the last commands were%n%s%n%s"
              .formatted(seed, String.join("\n", last.stream().map(Command::toString).toList()), e),
          e);
    }
  }

  private Command next() {
    now += 1 + random.nextInt(3_000);
    return switch (random.nextInt(100)) {
      case 0, 1 -> new Command.Lead(++term, node(), now);
      case 2, 3, 4, 5 -> register();
      case 6, 7, 8, 9, 10, 11 -> submit();
      case 12, 13 -> new Command.Cancel(tasks(3), "no longer wanted", now);
      case 14, 15 -> new Command.Retry(tasks(8), now);
      case 16 -> new Command.Drain(node(), random.nextBoolean() ? "" : "repair", now);
      case 17, 18 -> new Command.Say(node(), WORDS.get(random.nextInt(WORDS.size())), "said", now);
      case 19 -> new Command.Remove(node(), now);
      case 20 -> new Command.Lead(Math.max(0, term - 1), node(), now);
      case 22 ->
          new Command.Publish(
              new DataName("f" + random.nextInt(4)),
              DataCommandsTest.content(random.nextInt(9)),
              "me",
              now);
      case 23 ->
          new Command.Keep(
              new DataName("f" + random.nextInt(4)), Set.of(node()), Set.of(node()), 0, now);
      case 24 -> new Command.Unpublish(new DataName("f" + random.nextInt(4)), now);
      case 21 -> new Command.Note(term - 1, List.of(new Command.Line("node", "x", "old")), now);
      default -> random.nextInt(5) < 2 ? place() : progress();
    };
  }

  private NodeId node() {
    return new NodeId("w" + random.nextInt(6));
  }

  private Command register() {
    NodeId node = node();
    int gpus = random.nextInt(4);
    List<Gpu> cards = new ArrayList<>();
    for (int i = 0; i < gpus; i++) {
      cards.add(new Gpu(i, "gpu", (int) (8_192 * (1 + (capacitySeed + i) % 3))));
    }
    Capacity capacity = new Capacity(random.nextInt(5), 4, 16_000, 50_000, cards, "", Map.of());
    return new Command.Register(term, node, Role.WORKER, List.of(), capacity, "1", 1, 1, now);
  }

  private Command submit() {
    Set<Long> after = new HashSet<>();
    if (state.lastJobId() > 0 && random.nextInt(3) == 0) {
      after.add(1 + random.nextLong(state.lastJobId()));
      after.add(1 + random.nextLong(state.lastJobId()));
    }
    Resources resources =
        new Resources(
            random.nextInt(3),
            random.nextInt(3) * 8,
            random.nextInt(3),
            random.nextInt(10),
            0,
            "",
            Map.of());
    JobSpec spec =
        JobSpec.of("job", List.of("true"))
            .withCount(1 + random.nextInt(4))
            .withPriority(random.nextInt(3))
            .withResources(random.nextBoolean() ? Resources.NONE : resources)
            .withRetry(new JobSpec.Retry(1 + random.nextInt(3), Set.of(), Duration.ofSeconds(1)))
            .withDisconnect(new JobSpec.Disconnect(Duration.ofMinutes(1), random.nextBoolean()))
            .withAfter(after);
    return new Command.Submit("key" + random.nextInt(200), spec, "me", now);
  }

  private Set<TaskId> tasks(int most) {
    Set<TaskId> chosen = new TreeSet<>();
    for (int i = 0; i < most && state.lastJobId() > 0; i++) {
      chosen.add(new TaskId(1 + random.nextLong(state.lastJobId()), random.nextInt(4)));
    }
    return chosen;
  }

  /// Often what a leader would propose, often nonsense.
  private Command place() {
    List<Command.Placing> placings = new ArrayList<>();
    List<Task> waiting = state.waiting(now).toList();
    for (int i = 0; i < 3; i++) {
      boolean wild = waiting.isEmpty() || random.nextInt(4) == 0;
      Set<TaskId> some = wild ? tasks(1) : Set.of(waiting.get(random.nextInt(waiting.size())).id());
      for (TaskId id : some) {
        int number = state.task(id).map(task -> task.attempts().size() + 1).orElse(1);
        NodeId node = node();
        NodeRecord record = state.nodes().get(node);
        List<Integer> gpus = List.of();
        if (record != null) {
          Resources wanted =
              state.job(id.job()).map(j -> j.spec().resources()).orElse(Resources.NONE);
          gpus = state.room(record).fit(wanted).orElse(List.of(random.nextInt(3)));
        }
        placings.add(
            new Command.Placing(
                new AttemptId(id, Math.max(1, number - random.nextInt(20) / 19)), node, gpus));
      }
    }
    return new Command.Place(term, placings, now);
  }

  private Command progress() {
    List<Command.Step> steps = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      AttemptId id = someAttempt();
      if (id == null) {
        continue;
      }
      NodeId node =
          random.nextInt(20) == 0
              ? node()
              : state
                  .task(id.task())
                  .flatMap(t -> t.attempt(id.number()))
                  .map(Attempt::node)
                  .orElse(node());
      steps.add(
          switch (random.nextInt(12)) {
            case 0, 1, 2 -> new Command.Step.Silent(id, "silent");
            case 3 -> new Command.Step.Heard(id);
            case 4 -> new Command.Step.Lost(id, "lost");
            default ->
                new Command.Step.Reported(id, node, reported(), random.nextInt(3), "", now, now);
          });
    }
    return new Command.Progress(term, steps, now);
  }

  private AttemptState reported() {
    return switch (random.nextInt(8)) {
      case 0 -> AttemptState.PREPARING;
      case 1, 2 -> AttemptState.RUNNING;
      case 3, 4 -> AttemptState.SUCCEEDED;
      case 5 -> AttemptState.FAILED;
      case 6 -> AttemptState.CANCELLED;
      default -> AttemptState.LOST;
    };
  }

  private AttemptId someAttempt() {
    List<AttemptId> live = new ArrayList<>();
    state.nodes().keySet().forEach(node -> live.addAll(state.liveOn(node)));
    if (!live.isEmpty() && random.nextInt(4) > 0) {
      return live.get(random.nextInt(live.size()));
    }
    List<TaskId> some = List.copyOf(tasks(1));
    return some.isEmpty() ? null : new AttemptId(some.getFirst(), 1 + random.nextInt(3));
  }

  private void check() {
    Map<NodeId, Set<AttemptId>> live = new HashMap<>();
    Map<TaskState, Integer> counts = new EnumMap<>(TaskState.class);
    List<Task> waiting = new ArrayList<>();
    for (Job job : state.jobs().values()) {
      Map<TaskState, Integer> ofJob = new EnumMap<>(TaskState.class);
      assertThat(state.tasksOf(job.id())).hasSize(job.spec().count());
      for (Task task : state.tasksOf(job.id())) {
        counts.merge(task.state(), 1, Integer::sum);
        ofJob.merge(task.state(), 1, Integer::sum);
        checkTask(job, task, live);
        if (TaskRules.placeable(task, job.spec())
            && task.notBeforeMillis() <= now
            && job.spec().after().stream().allMatch(this::allSucceeded)) {
          waiting.add(task);
        }
      }
      assertThat(state.counts(job.id())).isEqualTo(ofJob);
    }
    assertThat(state.counts()).isEqualTo(counts);
    waiting.sort(Comparator.comparingInt(this::priority).reversed().thenComparing(Task::id));
    assertThat(state.waiting(now)).containsExactlyElementsOf(waiting);
    for (int i = 0; i < 6; i++) {
      NodeId node = new NodeId("w" + i);
      assertThat(Set.copyOf(state.liveOn(node))).isEqualTo(live.getOrDefault(node, Set.of()));
    }
    live.forEach(this::checkRoom);
  }

  private boolean allSucceeded(long job) {
    return state.tasksOf(job).stream().allMatch(task -> task.state() == TaskState.SUCCEEDED);
  }

  private int priority(Task task) {
    return state.job(task.id().job()).orElseThrow().spec().priority();
  }

  private void checkTask(Job job, Task task, Map<NodeId, Set<AttemptId>> live) {
    int number = 0;
    int living = 0;
    for (Attempt attempt : task.attempts()) {
      assertThat(attempt.number()).isEqualTo(++number);
      AttemptId id = new AttemptId(task.id(), number);
      assertThat(placedOn.computeIfAbsent(id, x -> attempt.node())).isEqualTo(attempt.node());
      if (attempt.live()) {
        living++;
        live.computeIfAbsent(attempt.node(), x -> new HashSet<>()).add(id);
      }
    }
    if (job.spec().disconnect().exclusive()) {
      assertThat(living).as("live attempts of the exclusive %s", task.id()).isLessThan(2);
    }
    assertThat(task.state() == TaskState.SUCCEEDED).isEqualTo(task.committed() > 0);
    if (task.state() == TaskState.FAILED || task.state() == TaskState.LOST) {
      assertThat(living).as("what lives of the ended %s", task.id()).isZero();
    } else if (task.state().ended()) {
      assertThat(task.attempts().stream().filter(Attempt::live))
          .as("what lives of the ended %s is to end", task.id())
          .noneMatch(attempt -> attempt.stopReason().isEmpty());
    }
    if (task.committed() > 0) {
      assertThat(committed.computeIfAbsent(task.id(), x -> task.committed()))
          .as("the result of %s", task.id())
          .isEqualTo(task.committed());
      assertThat(task.attempts().get(task.committed() - 1).state())
          .isEqualTo(AttemptState.SUCCEEDED);
    }
    assertThat(committed.containsKey(task.id())).isEqualTo(task.committed() > 0);
  }

  /// A node may offer less than it did when its attempts were placed, so what they hold is checked
  /// against what it offers only where the last command placed them there.
  private void checkRoom(NodeId node, Set<AttemptId> ids) {
    Set<Integer> gpus = new HashSet<>();
    double cpus = 0;
    for (AttemptId id : ids) {
      Attempt attempt = state.task(id.task()).flatMap(t -> t.attempt(id.number())).orElseThrow();
      for (int gpu : attempt.gpus()) {
        assertThat(gpus.add(gpu)).as("gpu %d of %s is reserved once", gpu, node).isTrue();
      }
      cpus += state.job(id.task().job()).orElseThrow().spec().resources().cpus();
    }
    NodeRecord record = state.nodes().get(node);
    if (!(last.getLast() instanceof Command.Place place)) {
      return;
    }
    for (Command.Placing placing : place.placings()) {
      if (placing.node().equals(node) && fresh(placing)) {
        assertThat(ids).hasSizeLessThanOrEqualTo(record.capacity().slots());
        assertThat(cpus).isLessThanOrEqualTo(record.capacity().cpus());
        assertThat(placing.gpus()).allMatch(index -> index < record.capacity().gpus().size());
      }
    }
  }

  private boolean fresh(Command.Placing placing) {
    return state
        .task(placing.attempt().task())
        .flatMap(t -> t.attempt(placing.attempt().number()))
        .filter(
            a -> a.placedMillis() == last.getLast().atMillis() && a.node().equals(placing.node()))
        .isPresent();
  }
}
