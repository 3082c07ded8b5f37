package dev.ringrift.core.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.core.NodeId;
import dev.ringrift.core.jobs.AttemptId;
import dev.ringrift.core.jobs.AttemptState;
import dev.ringrift.core.jobs.NodeRoom;
import dev.ringrift.core.jobs.Placement;
import dev.ringrift.core.jobs.Resources;
import dev.ringrift.core.jobs.TaskState;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Guards against work that grows with the square of the tasks. It counts the processor time of
/// this thread, which a busy machine does not stretch.
class ClusterStateSpeedTest {
  private static final int JOBS = 100;
  private static final int TASKS = 1_000;
  private static final int NODES = 20;

  private final TestCluster cluster = new TestCluster();

  @Test
  void aHundredThousandTasksAreSubmittedPlacedAndFinishedInSeconds() {
    long began = cpuNanos();
    for (int i = 0; i < NODES; i++) {
      cluster.node("w" + i, 50);
    }
    for (int i = 0; i < JOBS; i++) {
      cluster.submit(TestCluster.SPEC.withCount(TASKS).withPriority(i % 3));
    }
    int placed = 0;
    while (placed < JOBS * TASKS) {
      List<Placement.Choice> plan = plan(500);
      assertThat(plan).isNotEmpty();
      placed += plan.size();
      run(plan);
    }
    assertThat(cluster.state.counts()).isEqualTo(Map.of(TaskState.SUCCEEDED, JOBS * TASKS));
    assertThat(Duration.ofNanos(cpuNanos() - began)).isLessThan(Duration.ofSeconds(20));
  }

  @Test
  void lookingForRoomForAHundredThousandTasksThatFitNowhereIsQuick() {
    cluster.node("w", 50);
    Resources big = new Resources(8, 80, 0, 0, 0, "", Map.of());
    for (int i = 0; i < JOBS; i++) {
      cluster.submit(TestCluster.SPEC.withCount(TASKS).withResources(big));
    }
    long began = cpuNanos();
    for (int i = 0; i < 10; i++) {
      assertThat(plan(500)).isEmpty();
    }
    assertThat(Duration.ofNanos(cpuNanos() - began)).isLessThan(Duration.ofSeconds(5));
  }

  private static long cpuNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  /// As the leader does.
  private List<Placement.Choice> plan(int most) {
    Map<NodeId, NodeRoom> rooms = new HashMap<>();
    for (NodeRecord node : cluster.state.nodes().values()) {
      rooms.put(node.id(), cluster.state.room(node));
    }
    Set<Long> hopeless = new HashSet<>();
    Iterable<Placement.Want> wants =
        () ->
            cluster
                .state
                .waiting(cluster.now, job -> !hopeless.contains(job))
                .map(
                    task ->
                        new Placement.Want(
                            task.id(),
                            cluster.state.job(task.id().job()).orElseThrow().spec().resources(),
                            Set.of()))
                .iterator();
    return Placement.plan(wants, rooms, most, hopeless);
  }

  private void run(List<Placement.Choice> plan) {
    List<Command.Placing> placings = new ArrayList<>();
    List<Command.Step> running = new ArrayList<>();
    List<Command.Step> ended = new ArrayList<>();
    for (Placement.Choice choice : plan) {
      AttemptId id = new AttemptId(choice.task(), 1);
      placings.add(new Command.Placing(id, choice.node(), choice.gpus()));
      running.add(reported(id, choice.node(), AttemptState.RUNNING));
      ended.add(reported(id, choice.node(), AttemptState.SUCCEEDED));
    }
    assertThat(cluster.done(new Command.Place(1, placings, cluster.tick()))).isEqualTo(plan.size());
    cluster.done(new Command.Progress(1, running, cluster.tick()));
    cluster.done(new Command.Progress(1, ended, cluster.tick()));
  }

  private static Command.Step reported(AttemptId id, NodeId node, AttemptState state) {
    return new Command.Step.Reported(id, node, state, 0, "", 1, 2);
  }
}
