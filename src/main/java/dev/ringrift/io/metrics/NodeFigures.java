package dev.ringrift.io.metrics;

import dev.ringrift.agent.view.Health;
import dev.ringrift.agent.view.JobCounts;
import dev.ringrift.agent.view.NodeStatus;
import dev.ringrift.agent.view.NodeView;
import dev.ringrift.agent.view.Status;
import dev.ringrift.core.NodeId;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// What a node knows, as gauges. Figures of the cluster come from the leader only, so that a sum
/// over all nodes counts each thing once.
final class NodeFigures implements MultiCollector {
  private final NodeView view;
  private final Supplier<Map<NodeId, Duration>> roundTrips;

  NodeFigures(NodeView view, Supplier<Map<NodeId, Duration>> roundTrips) {
    this.view = view;
    this.roundTrips = roundTrips;
  }

  @Override
  public MetricSnapshots collect() {
    List<MetricSnapshot> found = new ArrayList<>();
    Health health = view.health();
    node(health, found);
    links(found);
    if (health.leader().filter(health.node()::equals).isPresent()) {
      Status status = view.status();
      jobs(status.jobs(), found);
      nodes(status, found);
      gpus(status, found);
    }
    return new MetricSnapshots(found);
  }

  private static void node(Health health, List<MetricSnapshot> found) {
    found.add(
        new Gauge("ringrift_up", "1 when the node is well.")
            .add(health.status() == Health.State.OK ? 1 : 0)
            .snapshot());
    found.add(
        new Gauge("ringrift_node", "1, with who the node is.")
            .add(
                1,
                "node",
                health.node().value(),
                "role",
                health.role().label(),
                "version",
                health.version())
            .snapshot());
    found.add(
        new Gauge("ringrift_leader", "1 when the node leads.")
            .add(health.leader().filter(health.node()::equals).isPresent() ? 1 : 0)
            .snapshot());
    found.add(
        new Gauge("ringrift_term", "The newest term that the node has seen.")
            .add((double) health.term())
            .snapshot());
    found.add(
        new Gauge("ringrift_uptime_seconds", "Since the agent began.")
            .add((double) health.uptimeSeconds())
            .snapshot());
  }

  private void links(List<MetricSnapshot> found) {
    Gauge gauge = new Gauge("ringrift_link_round_trip_seconds", "Newest round trip of a link.");
    roundTrips.get().forEach((peer, time) -> gauge.add(time.toNanos() / 1e9, "peer", peer.value()));
    found.add(gauge.snapshot());
  }

  private static void jobs(JobCounts jobs, List<MetricSnapshot> found) {
    found.add(
        new Gauge("ringrift_tasks", "Tasks of all jobs by state.")
            .add(jobs.waiting(), "state", "waiting")
            .add(jobs.placed(), "state", "placed")
            .add(jobs.running(), "state", "running")
            .add(jobs.succeeded(), "state", "succeeded")
            .add(jobs.failed(), "state", "failed")
            .add(jobs.cancelled(), "state", "cancelled")
            .add(jobs.lost(), "state", "lost")
            .snapshot());
  }

  private static void nodes(Status status, List<MetricSnapshot> found) {
    Gauge alive = new Gauge("ringrift_voters_alive", "Voters that answered the leader lately.");
    Gauge up = new Gauge("ringrift_node_up", "1 for a node that is up.");
    Gauge total = new Gauge("ringrift_slots", "The most tasks of a node at a time.");
    Gauge used = new Gauge("ringrift_slots_used", "Slots that are reserved.");
    Gauge cpu = new Gauge("ringrift_cpu_share", "Share of the processors in use, 0 to 1.");
    Gauge disk = new Gauge("ringrift_disk_free_bytes", "Free space where jobs write.");
    alive.add(status.quorum().alive());
    for (NodeStatus node : status.nodes()) {
      String id = node.id().value();
      up.add(node.state() == NodeStatus.State.UP ? 1 : 0, "node", id);
      total.add(node.slotsTotal(), "node", id);
      used.add(node.slotsUsed(), "node", id);
      if (node.load().cpu() >= 0) {
        cpu.add(node.load().cpu(), "node", id);
        disk.add((double) ((long) node.load().diskFreeMib() << 20), "node", id);
      }
    }
    for (Gauge gauge : List.of(alive, up, total, used, cpu, disk)) {
      found.add(gauge.snapshot());
    }
  }

  private static void gpus(Status status, List<MetricSnapshot> found) {
    Gauge use = new Gauge("ringrift_gpu_utilisation", "Share of a GPU in use, 0 to 1.");
    Gauge memory = new Gauge("ringrift_gpu_vram_used_bytes", "Used memory of a GPU.");
    Gauge busy = new Gauge("ringrift_gpu_reserved", "1 for a GPU that an attempt holds.");
    for (NodeStatus node : status.nodes()) {
      for (NodeStatus.GpuStatus gpu : node.gpus()) {
        String[] labels = {
          "node",
          node.id().value(),
          "gpu",
          String.valueOf(gpu.gpu().index()),
          "model",
          gpu.gpu().model()
        };
        busy.add(gpu.busyWith().isPresent() ? 1 : 0, labels);
        if (gpu.utilisation() >= 0) {
          use.add(gpu.utilisation(), labels);
        }
        if (gpu.vramUsedMib() >= 0) {
          memory.add((double) ((long) gpu.vramUsedMib() << 20), labels);
        }
      }
    }
    for (Gauge gauge : List.of(use, memory, busy)) {
      found.add(gauge.snapshot());
    }
  }
}
