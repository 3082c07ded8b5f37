package dev.ringrift.agent.port;

import dev.ringrift.agent.Figures;
import dev.ringrift.core.jobs.Capacity;

/// The newest measurements of this node. Returns at once from memory; measuring has a thread of its
/// own. Thread-safe.
public interface Telemetry {
  /// What the node offers; changes when a GPU falls off the bus or the disk fills.
  Capacity capacity();

  /// How busy the node is.
  Figures figures();
}
