package dev.ringrift.io.gpu;

import dev.ringrift.agent.Figures.GpuFigures;
import dev.ringrift.core.jobs.Gpu;
import java.util.List;

/// What was found out about the GPUs at one time.
///
/// @param gpus those that answer, by index
/// @param figures one for each of them
/// @param present whether this machine has GPUs, or should have: false only where nothing of
///     NVIDIA is installed, or its driver says that there is no device
/// @param problem why it is not whole, for people; empty otherwise
public record GpuReading(
    List<Gpu> gpus, List<GpuFigures> figures, boolean present, String problem) {
  /// A machine without GPUs.
  public static final GpuReading NONE = new GpuReading(List.of(), List.of(), false, "");

  public GpuReading {
    gpus = List.copyOf(gpus);
    figures = List.copyOf(figures);
  }

  /// Nothing could be found out.
  public static GpuReading broken(String problem) {
    return new GpuReading(List.of(), List.of(), true, problem);
  }

  /// Whether `gpus` is what the machine has; otherwise what was known before still holds.
  public boolean known() {
    return problem.isEmpty() || !gpus.isEmpty();
  }
}
