package dev.ringrift.sim;

import dev.ringrift.agent.Figures;
import dev.ringrift.agent.port.Telemetry;
import dev.ringrift.core.jobs.Capacity;

/// Always the same measurements.
record SimTelemetry(Capacity capacity) implements Telemetry {
  @Override
  public Figures figures() {
    return Figures.NONE;
  }
}
