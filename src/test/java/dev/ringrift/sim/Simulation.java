package dev.ringrift.sim;

import dev.ringrift.core.Fence;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.Role;
import dev.ringrift.core.jobs.Capacity;
import dev.ringrift.core.jobs.Gpu;
import dev.ringrift.core.ledger.ClusterSettings;
import dev.ringrift.core.ledger.Command;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/// One whole run from a seed: a cluster is born, works while everything breaks, is mended, and must
/// then finish all its work.
final class Simulation {
  private static final int VOTERS = 3;
  private static final int WORKERS = 5;
  private static final int TASKS = 40;
  static final ClusterSettings SETTINGS =
      new ClusterSettings(SimRaft.TIMINGS, Duration.ofSeconds(9));
  private static final long WORK_NANOS = 240 * SimWorld.SECONDS;
  private static final long FAULTS_NANOS = 300 * SimWorld.SECONDS;
  private static final long REST_NANOS_MAX = 1_500 * SimWorld.SECONDS;
  private static final long REST_CHECK_NANOS = 10 * SimWorld.SECONDS;

  private final long seed;
  private final SimWorld world;
  private final Operator operator;
  private final Faults faults;
  private final LedgerInvariants ledger;
  private final LeaderInvariants leaders;
  private final EndChecks end;

  private Simulation(long seed, Rule out) {
    this.seed = seed;
    world = new SimWorld(seed);
    world.tamperState(out::state);
    if (out == Rule.PROMISES) {
      world.ignorePromises();
    }
    NodeProgram.Maker maker =
        (host, process) -> new AgentProgram(host, process, out::tampering, this::obeyed);
    build(maker);
    new Upgrades(world).begin(FAULTS_NANOS);
    operator = new Operator(world);
    faults = new Faults(world, operator);
    ledger = new LedgerInvariants(world, operator::saidGone);
    leaders = new LeaderInvariants(world);
    new RunInvariants(world, operator, ledger).watch();
    end = new EndChecks(world, operator, ledger);
  }

  /// Runs the world of `seed` to its end, with the rule `out` taken out.
  ///
  /// @throws Violation when an invariant does not hold, with the last events and how to replay them
  static Result run(long seed, Rule out) {
    Simulation simulation = new Simulation(seed, out);
    try {
      return simulation.run();
    } catch (Violation | RuntimeException broken) {
      Violation told =
          new Violation(
              "%s%n%s%nreplay with -Dsim.seed=%d"
                  .formatted(
                      broken,
                      String.join(System.lineSeparator(), simulation.world.trace.last()),
                      seed));
      told.initCause(broken);
      throw told;
    }
  }

  private void obeyed(SimHost host, Fence fence, Object what) {
    leaders.obeyed(host, fence, what);
  }

  private void build(NodeProgram.Maker maker) {
    SplittableRandom dice = world.dice("machines");
    for (int i = 1; i <= VOTERS; i++) {
      boolean works = i == VOTERS && dice.nextInt(3) == 0;
      new SimHost(
          world, new NodeId("v" + i), Role.VOTER, works ? capacity(dice, 1) : Capacity.NONE, maker);
    }
    for (int i = 1; i <= WORKERS; i++) {
      int slots = dice.nextInt(1, 5);
      new SimHost(world, new NodeId("w" + i), Role.WORKER, capacity(dice, slots), maker);
    }
    List<NodeId> voters =
        world.hosts.values().stream().filter(SimHost::voter).map(host -> host.id).toList();
    for (SimHost host : world.hosts.values()) {
      if (host.voter()) {
        host.raftDisk.format(voters);
      }
      world.after(dice.nextLong(2 * SimWorld.SECONDS), "first start", host::startAgent);
    }
  }

  private static Capacity capacity(SplittableRandom dice, int slots) {
    int vramMib = dice.nextBoolean() ? 24_564 : 32_607;
    List<Gpu> gpus =
        IntStream.range(0, dice.nextInt(5)).mapToObj(i -> new Gpu(i, "GPU", vramMib)).toList();
    return new Capacity(slots, dice.nextInt(2, 9), 32_768, 100_000, gpus, "", Map.of());
  }

  private Result run() {
    List<NodeId> voters =
        world.hosts.values().stream().filter(SimHost::voter).map(host -> host.id).toList();
    operator.ask(at -> new Command.Found("c-1", "sim", voters, SETTINGS, at), _ -> {});
    operator.begin(TASKS, WORK_NANOS);
    faults.begin();
    world.run(FAULTS_NANOS);
    faults.heal();
    operator.retire();
    long rest = 0;
    while (rest < REST_NANOS_MAX && !end.quiet()) {
      world.run(REST_CHECK_NANOS);
      rest += REST_CHECK_NANOS;
    }
    List<String> left = end.faults();
    if (!left.isEmpty()) {
      throw new Violation("at the end: " + String.join("\n", left));
    }
    ledger.wholeCopiesAgree();
    return new Result(
        seed,
        world.trace.hash(),
        world.steps(),
        leaders.elections(),
        world.executions.all().size(),
        world.now());
  }

  /// What came of a run.
  record Result(
      long seed, long hash, long events, int elections, int executions, long worldNanos) {}
}
