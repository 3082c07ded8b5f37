package dev.ringrift.core.jobs;

/// One GPU of a node.
///
/// @param index what `CUDA_VISIBLE_DEVICES` calls it
/// @param model as the driver names it, for example `NVIDIA GeForce RTX 5090`
/// @param vramMib its memory in MiB; 0 where the driver does not say
public record Gpu(int index, String model, int vramMib) {
  public Gpu {
    if (index < 0 || vramMib < 0) {
      throw new IllegalArgumentException(
          "gpu %d with %d MiB: neither may be negative".formatted(index, vramMib));
    }
  }
}
