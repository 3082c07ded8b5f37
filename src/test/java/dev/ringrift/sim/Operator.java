package dev.ringrift.sim;

import dev.ringrift.agent.port.Ledger;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.election.ElectionTimings;
import dev.ringrift.core.jobs.JobSpec;
import dev.ringrift.core.jobs.TaskId;
import dev.ringrift.core.ledger.ClusterSettings;
import dev.ringrift.core.ledger.Command;
import dev.ringrift.core.ledger.NodeRecord;
import dev.ringrift.core.ledger.Outcome;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;

/// The people of the cluster: they submit and cancel jobs, drain nodes, say what the provider said,
/// and ask again with the same words until they have an answer.
final class Operator {
  private static final long ASK_AGAIN_NANOS = 3 * SimWorld.SECONDS;

  private final SimWorld world;
  private final SplittableRandom dice;
  private final JobMaker maker;
  private final TreeMap<Long, JobSpec> jobs = new TreeMap<>();
  private final Set<TaskId> cancelled = new TreeSet<>();
  private final Set<NodeId> saidGone = new TreeSet<>();
  private final Set<NodeId> saidPaused = new TreeSet<>();
  private final Set<NodeId> drained = new TreeSet<>();
  private final Map<NodeId, ArrayDeque<Function<Long, Command>>> turns = new TreeMap<>();
  private final Set<Long> retried = new TreeSet<>();
  private int submits;
  private int open;
  private boolean working = true;

  Operator(SimWorld world) {
    this.world = world;
    this.dice = world.dice("operator");
    this.maker = new JobMaker(world.dice("jobs"));
  }

  /// Submits about `tasks` tasks within `spanNanos`, with some changes of mind.
  void begin(int tasks, long spanNanos) {
    int count = 0;
    while (count < tasks) {
      JobSpec first = maker.make(++submits, List.of());
      count += first.count();
      int number = submits;
      world.after(
          dice.nextLong(spanNanos),
          "operator submits",
          () -> submit(number, first.withAfter(after())));
    }
    world.after(10 * SimWorld.SECONDS, "operator", this::changeOfMind);
  }

  /// Takes back what keeps work from running, and does nothing more.
  void retire() {
    working = false;
    for (NodeId node : List.copyOf(drained)) {
      drain(node, "");
    }
    saidPaused.stream()
        .filter(node -> !saidGone.contains(node))
        .forEach(node -> say(node, NodeRecord.Word.RUNS));
  }

  /// What was accepted, by job number.
  Map<Long, JobSpec> jobs() {
    return jobs;
  }

  boolean cancelled(TaskId task) {
    return cancelled.contains(task);
  }

  /// Whether some task of the job was to be tried again by hand.
  boolean retried(long job) {
    return retried.contains(job);
  }

  boolean saidGone(NodeId node) {
    return saidGone.contains(node);
  }

  /// Questions without an answer yet.
  int open() {
    return open;
  }

  private Set<Long> after() {
    if (jobs.isEmpty() || dice.nextInt(6) != 0) {
      return Set.of();
    }
    List<Long> known = new ArrayList<>(jobs.keySet());
    return Set.of(known.get(dice.nextInt(known.size())));
  }

  private void submit(int number, JobSpec spec) {
    ask(
        at -> new Command.Submit("key-" + number, spec, "ann", at),
        outcome -> {
          if (outcome instanceof Outcome.Done done) {
            JobSpec older = jobs.put(done.id(), spec);
            if (older != null) {
              throw new Violation("job %d stands for two submits".formatted(done.id()));
            }
          }
        });
  }

  private void changeOfMind() {
    if (!working) {
      return;
    }
    switch (dice.nextInt(8)) {
      case 0, 1 -> cancelOne();
      case 2 -> drainOne();
      case 3 -> drained.stream().findFirst().ifPresent(node -> drain(node, ""));
      case 4 -> retryOne();
      case 5 -> leader().ifPresent(l -> l.ledger().ifPresent(SimLedger::stepDown));
      default -> {}
    }
    world.after(dice.nextLong(5, 40) * SimWorld.SECONDS, "operator", this::changeOfMind);
  }

  private void cancelOne() {
    randomTask()
        .ifPresent(
            task -> {
              cancelled.add(task);
              ask(at -> new Command.Cancel(Set.of(task), "ann said so", at), _ -> {});
            });
  }

  private void retryOne() {
    randomTask()
        .ifPresent(
            task -> {
              retried.add(task.job());
              ask(at -> new Command.Retry(Set.of(task), at), _ -> {});
            });
  }

  private Optional<TaskId> randomTask() {
    if (jobs.isEmpty()) {
      return Optional.empty();
    }
    List<Long> known = new ArrayList<>(jobs.keySet());
    long job = known.get(dice.nextInt(known.size()));
    return Optional.of(new TaskId(job, dice.nextInt(jobs.get(job).count())));
  }

  private void drainOne() {
    List<SimHost> workers = world.hosts.values().stream().filter(h -> !h.voter()).toList();
    drain(workers.get(dice.nextInt(workers.size())).id, "repairs");
  }

  private void drain(NodeId node, String reason) {
    if (reason.isEmpty()) {
      drained.remove(node);
    } else {
      drained.add(node);
    }
    inTurn(node, at -> new Command.Drain(node, reason, at));
  }

  /// Has the voters wait so long for each other.
  void wait(ElectionTimings timings) {
    ClusterSettings wanted = Simulation.SETTINGS.withElection(timings);
    ask(at -> new Command.Configure(wanted, "ann said so", at), _ -> {});
  }

  /// Passes on what the provider says of a machine.
  void say(NodeId node, NodeRecord.Word word) {
    if (word == NodeRecord.Word.GONE) {
      saidGone.add(node);
    }
    if (word == NodeRecord.Word.PAUSED) {
      saidPaused.add(node);
    }
    inTurn(node, at -> new Command.Say(node, word, "the provider", at));
  }

  /// Asks what concerns a node only when what was asked of it before is known to be done.
  private void inTurn(NodeId node, Function<Long, Command> command) {
    ArrayDeque<Function<Long, Command>> turn = turns.computeIfAbsent(node, _ -> new ArrayDeque<>());
    turn.add(command);
    if (turn.size() == 1) {
      nextTurn(node, turn);
    }
  }

  private void nextTurn(NodeId node, ArrayDeque<Function<Long, Command>> turn) {
    ask(
        turn.element(),
        _ -> {
          turn.remove();
          if (turn.isEmpty()) {
            turns.remove(node);
          } else {
            nextTurn(node, turn);
          }
        });
  }

  /// Asks whoever leads, until it is known that it was done.
  void ask(Function<Long, Command> command, Consumer<Outcome> then) {
    open++;
    attempt(command, then, new boolean[1]);
  }

  private void attempt(
      Function<Long, Command> command, Consumer<Outcome> then, boolean[] answered) {
    Optional<AgentProcess> leader = leader();
    if (leader.isPresent()) {
      SimHost host = leader.get().host;
      Command asked = command.apply(host.clock.wallMillis());
      world.note("operator asks %s: %s", host, asked);
      SimLedger ledger = leader.get().ledger().orElseThrow();
      ledger.propose(
          asked,
          answer -> {
            if (answer instanceof Ledger.Proposal.Committed(long index, Outcome outcome)
                && !answered[0]) {
              world.note("operator hears from entry %d: %s", index, outcome);
              answered[0] = true;
              open--;
              then.accept(outcome);
            }
          });
    }
    world.after(
        ASK_AGAIN_NANOS + dice.nextLong(ASK_AGAIN_NANOS),
        "operator asks again",
        () -> {
          if (!answered[0]) {
            attempt(command, then, answered);
          }
        });
  }

  private Optional<AgentProcess> leader() {
    List<AgentProcess> leaders =
        world.hosts.values().stream()
            .filter(SimHost::answers)
            .flatMap(host -> host.process().stream())
            .filter(p -> p.ledger().map(l -> l.standing().leading()).orElse(false))
            .toList();
    // A stale leader may be the one that is asked.
    return leaders.isEmpty()
        ? Optional.empty()
        : Optional.of(leaders.get(dice.nextInt(leaders.size())));
  }
}
