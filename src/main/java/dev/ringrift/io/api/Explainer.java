package dev.ringrift.io.api;

import dev.ringrift.core.jobs.TaskId;
import java.util.List;

/// Says why a task is where it is; only the leader knows. Thread-safe, answers from memory.
@FunctionalInterface
public interface Explainer {
  /// What stands in its way, one line for each thing or node.
  List<Line> explain(TaskId task);

  /// @param subject a node's id, or what else the line is about
  record Line(String subject, String text) {}
}
