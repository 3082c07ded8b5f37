package dev.ringrift.sim;

import dev.ringrift.agent.AttemptReport;
import dev.ringrift.agent.Message;
import dev.ringrift.agent.port.Ledger;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.Role;
import dev.ringrift.core.jobs.Capacity;
import dev.ringrift.core.ledger.Vocabulary;
import dev.ringrift.ledger.LedgerLab;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/// Voters of a simulated world without agents, for the suite that every ledger passes.
final class SimLab implements LedgerLab {
  private static final Duration STEP = Duration.ofMillis(5);
  private static final int STEPS_MAX = 20_000;

  private final SimWorld world;
  private final List<NodeId> voters;

  SimLab(long seed, int count) {
    world = new SimWorld(seed);
    voters = IntStream.rangeClosed(1, count).mapToObj(i -> new NodeId("v" + i)).toList();
    for (NodeId voter : voters) {
      new SimHost(world, voter, Role.VOTER, Capacity.NONE, (_, _) -> new Idle());
    }
    for (NodeId voter : voters) {
      world.host(voter).raftDisk.format(voters);
      world.host(voter).startAgent();
    }
  }

  @Override
  public List<NodeId> nodes() {
    return voters;
  }

  @Override
  public Ledger ledger(NodeId node) {
    return world.host(node).process().flatMap(AgentProcess::port).orElseThrow();
  }

  @Override
  public boolean running(NodeId node) {
    return world.host(node).process().isPresent();
  }

  @Override
  public void cut(NodeId from, NodeId to) {
    world.fabric.cut(world.host(from), world.host(to));
  }

  @Override
  public void heal() {
    world.fabric.mendAll();
  }

  @Override
  public void kill(NodeId node) {
    world.host(node).killAgent("the lab");
  }

  @Override
  public void restart(NodeId node, Vocabulary known) {
    world.host(node).vocabulary = known;
    world.host(node).startAgent();
  }

  @Override
  public void await(String what, BooleanSupplier condition) {
    for (int step = 0; !condition.getAsBoolean(); step++) {
      if (step > STEPS_MAX) {
        throw new AssertionError(
            "waited %d steps for %s:%n%s"
                .formatted(step, what, String.join("\n", world.trace.last())));
      }
      pass(STEP);
    }
  }

  @Override
  public void pass(Duration time) {
    world.run(time.toNanos());
  }

  @Override
  public void close() {}

  /// Does nothing.
  static final class Idle implements NodeProgram {
    @Override
    public void messageCame(NodeId from, Role role, Message message) {}

    @Override
    public void linkUp(NodeId peer, Role role) {}

    @Override
    public void linkDown(NodeId peer, String reason) {}

    @Override
    public void keeperReported(List<AttemptReport> attempts, boolean whole) {}

    @Override
    public void tick() {}
  }
}
