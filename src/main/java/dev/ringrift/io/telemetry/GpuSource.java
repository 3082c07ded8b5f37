package dev.ringrift.io.telemetry;

import dev.ringrift.agent.Figures.GpuFigures;
import dev.ringrift.core.jobs.Gpu;
import java.util.List;

/// Where the telemetry asks about GPUs.
@FunctionalInterface
public interface GpuSource {
  /// May block for long; it has a thread of its own.
  Answer ask() throws InterruptedException;

  /// What it knows.
  ///
  /// @param known whether `gpus` is what the machine has now; false when nothing could be found
  ///     out, and what was known before still holds
  record Answer(List<Gpu> gpus, List<GpuFigures> figures, boolean known, String problem) {
    public Answer {
      gpus = List.copyOf(gpus);
      figures = List.copyOf(figures);
    }
  }
}
