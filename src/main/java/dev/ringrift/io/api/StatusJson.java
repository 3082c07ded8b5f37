package dev.ringrift.io.api;

import dev.ringrift.agent.view.DataView;
import dev.ringrift.agent.view.Health;
import dev.ringrift.agent.view.JobCounts;
import dev.ringrift.agent.view.NodeStatus;
import dev.ringrift.agent.view.Status;
import dev.ringrift.core.NodeId;
import dev.ringrift.io.json.Json;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Nodes and the cluster in the words of `docs/protocol.md`.
public final class StatusJson {
  private StatusJson() {}

  /// The answer to `/health`, from memory.
  public static ApiReply healthReply(Health health) {
    return ApiReply.json(health.status() == Health.State.OK ? 200 : 503, of(health));
  }

  private static ObjectNode of(Health health) {
    ObjectNode node = Json.shared().createObjectNode();
    node.put("status", health.status().label());
    node.put("node", health.node().value());
    node.put("role", health.role().label());
    node.put("leader", name(health.leader()));
    node.put("term", health.term());
    node.put("uptime_s", health.uptimeSeconds());
    node.put("version", health.version());
    if (health.status() != Health.State.OK) {
      health.reasons().forEach(node.putArray("reasons")::add);
    }
    if (!health.mend().isEmpty()) {
      health.mend().forEach(node.putArray("mend")::add);
    }
    if (!health.warnings().isEmpty()) {
      health.warnings().forEach(node.putArray("warnings")::add);
    }
    return node;
  }

  /// @param files what is known of the nodes' files
  static ObjectNode of(Status status, Map<NodeId, DataView.OnNode> files) {
    ObjectNode node = Json.shared().createObjectNode();
    node.put("cluster", status.cluster());
    node.put("leader", name(status.leader()));
    node.put("term", status.term());
    ObjectNode quorum = node.putObject("quorum");
    quorum.put("voters", status.quorum().voters().size());
    quorum.put("alive", status.quorum().alive());
    quorum.put("needed", status.quorum().needed());
    ArrayNode nodes = node.putArray("nodes");
    for (NodeStatus one : status.nodes()) {
      DataView.OnNode known = files.get(one.id());
      nodes.add(of(one).put("data", known == null ? "" : known.url()));
    }
    node.set("jobs", of(status.jobs()));
    return node;
  }

  private static ObjectNode of(JobCounts counts) {
    ObjectNode node = Json.shared().createObjectNode();
    node.put("waiting", counts.waiting());
    node.put("placed", counts.placed());
    node.put("running", counts.running());
    node.put("succeeded", counts.succeeded());
    node.put("failed", counts.failed());
    node.put("cancelled", counts.cancelled());
    node.put("lost", counts.lost());
    return node;
  }

  private static ObjectNode of(NodeStatus status) {
    ObjectNode node = Json.shared().createObjectNode();
    node.put("id", status.id().value());
    node.put("state", status.state().label());
    node.put("reason", status.reason());
    node.put("role", status.role().label());
    ArrayNode roles = node.putArray("roles");
    roles.add(status.role().label());
    if (status.leader()) {
      roles.add("leader");
    }
    node.put("leader", status.leader());
    ObjectNode slots = node.putObject("slots");
    slots.put("total", status.slotsTotal());
    slots.put("used", status.slotsUsed());
    ArrayNode gpus = node.putArray("gpus");
    status.gpus().forEach(gpu -> gpus.add(of(gpu)));
    status.addresses().forEach(node.putArray("addresses")::add);
    seconds(node, "last_seen_s", status.lastSeenSeconds());
    ArrayNode running = node.putArray("running");
    status.running().forEach(attempt -> running.add(attempt.toString()));
    node.put("pid", status.pid());
    node.put("version", status.version());
    node.put("drain_reason", status.drainReason());
    ObjectNode load = node.putObject("load");
    share(load, "cpu", status.load().cpu());
    load.put("memory_used_mib", status.load().memoryUsedMib());
    load.put("disk_free_mib", status.load().diskFreeMib());
    load.put("problem", status.load().problem());
    load.put("refusal", status.load().refusal());
    return node;
  }

  private static ObjectNode of(NodeStatus.GpuStatus gpu) {
    ObjectNode node = Json.shared().createObjectNode();
    node.put("index", gpu.gpu().index());
    node.put("model", gpu.gpu().model());
    node.put("vram_mib", gpu.gpu().vramMib());
    share(node, "utilisation", gpu.utilisation());
    if (gpu.vramUsedMib() < 0) {
      node.putNull("vram_used_mib");
    } else {
      node.put("vram_used_mib", gpu.vramUsedMib());
    }
    gpu.busyWith()
        .ifPresentOrElse(
            attempt -> node.put("busy_with", attempt.toString()), () -> node.putNull("busy_with"));
    return node;
  }

  private static void share(ObjectNode node, String field, double value) {
    if (value < 0) {
      node.putNull(field);
    } else {
      node.put(field, Math.round(value * 1000) / 1000.0);
    }
  }

  private static void seconds(ObjectNode node, String field, double value) {
    if (value < 0) {
      node.putNull(field);
    } else {
      node.put(field, Math.round(value * 10) / 10.0);
    }
  }

  @SuppressWarnings("NullAway") // Jackson writes null for a name that is not known
  private static String name(Optional<NodeId> node) {
    return node.map(NodeId::value).orElse(null);
  }
}
