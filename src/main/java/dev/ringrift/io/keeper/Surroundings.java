package dev.ringrift.io.keeper;

import dev.ringrift.agent.StartOrder;
import dev.ringrift.core.NodeId;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// The environment of an attempt's processes.
final class Surroundings {
  private Surroundings() {}

  /// The keeper's own environment without the variables that are ringrift's, then the job's,
  /// then those that say which attempt it is.
  ///
  /// @param inherited the keeper's
  static Map<String, String> of(
      StartOrder order, NodeId node, Path folder, Path workdir, Map<String, String> inherited) {
    Map<String, String> all = new TreeMap<>(inherited);
    // A token of the agent's environment is not for programs of somebody else's making.
    all.keySet().removeIf(name -> name.startsWith("RINGRIFT_"));
    all.putAll(order.envs());
    all.put("RINGRIFT_JOB", Long.toString(order.attempt().task().job()));
    all.put("RINGRIFT_TASK", Integer.toString(order.attempt().task().task()));
    all.put("RINGRIFT_TASK_COUNT", Integer.toString(order.count()));
    all.put("RINGRIFT_ATTEMPT", Integer.toString(order.attempt().number()));
    all.put("RINGRIFT_NODE", node.value());
    if (!order.checkpoint().isEmpty()) {
      all.put("RINGRIFT_CHECKPOINT", workdir.resolve(order.checkpoint()).toString());
    }
    all.put(ProcessTable.MARK, folder.toString());
    all.put(
        "CUDA_VISIBLE_DEVICES",
        order.gpus().stream().map(String::valueOf).collect(Collectors.joining(",")));
    // nvidia-smi counts in this order; CUDA's own default puts the fastest first.
    all.put("CUDA_DEVICE_ORDER", "PCI_BUS_ID");
    return all;
  }
}
