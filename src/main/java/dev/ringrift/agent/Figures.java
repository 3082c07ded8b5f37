package dev.ringrift.agent;

import java.util.List;

/// How busy a node is, as last measured.
///
/// @param cpuLoad share of the processors in use, 0 to 1; negative where unknown
/// @param memoryUsedMib used main memory in MiB
/// @param diskFreeMib free space in MiB where jobs write
/// @param gpus one for each GPU that answers
/// @param problem what is wrong with the machine, or with the figures (no driver, a hung
///     `nvidia-smi`), or empty
/// @param refusal why nothing new is to be started there, or empty
public record Figures(
    double cpuLoad,
    int memoryUsedMib,
    int diskFreeMib,
    List<GpuFigures> gpus,
    String problem,
    String refusal) {
  public static final Figures NONE = new Figures(-1, 0, 0, List.of(), "", "");

  public Figures {
    refusal = refusal == null ? "" : refusal; // an older node has none
    gpus = List.copyOf(gpus);
  }

  /// How busy one GPU is.
  ///
  /// @param utilisation 0 to 1; negative where the driver says N/A
  /// @param vramUsedMib in MiB; negative where unknown
  /// @param temperatureC in degrees Celsius; negative where unknown
  public record GpuFigures(int index, double utilisation, int vramUsedMib, int temperatureC) {}
}
