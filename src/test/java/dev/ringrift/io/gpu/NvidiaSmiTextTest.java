package dev.ringrift.io.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.agent.Figures.GpuFigures;
import dev.ringrift.core.jobs.Gpu;
import org.junit.jupiter.api.Test;

class NvidiaSmiTextTest {
  @Test
  void eachLineIsAGpu() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 8; i++) {
      text.append(i).append(", NVIDIA GeForce RTX 5090, 32607, 1536, 97, 6").append(i).append('\n');
    }
    GpuReading reading = NvidiaSmiText.parse(text.toString(), 0);
    assertThat(reading.gpus()).hasSize(8);
    assertThat(reading.gpus().get(7)).isEqualTo(new Gpu(7, "NVIDIA GeForce RTX 5090", 32607));
    assertThat(reading.figures().get(7)).isEqualTo(new GpuFigures(7, 0.97, 1536, 67));
    assertThat(reading.problem()).isEmpty();
  }

  @Test
  void wordsInBracketsAreUnknownValues() {
    GpuReading reading =
        NvidiaSmiText.parse(
            """
            0, Tesla K80, 11441, 0, [Not Supported], 34
            1, NVIDIA H100L-2-24C, 24576, [N/A], [N/A], [Unknown Error]
            2, NVIDIA GB10, [N/A], [N/A], 0, 41
            3, NVIDIA A100-SXM4-80GB, 81920, [Insufficient Permissions], N/A, 30
            """,
            0);
    assertThat(reading.gpus()).extracting(Gpu::vramMib).containsExactly(11441, 24576, 0, 81920);
    assertThat(reading.figures())
        .containsExactly(
            new GpuFigures(0, -1, 0, 34),
            new GpuFigures(1, -1, -1, -1),
            new GpuFigures(2, 0, -1, 41),
            new GpuFigures(3, -1, -1, 30));
    assertThat(reading.problem()).isEmpty();
  }

  @Test
  void aGpuThatRequiresAResetIsNamed() {
    GpuReading reading =
        NvidiaSmiText.parse(
            "0, NVIDIA A100-SXM4-80GB, 81920, 3, [GPU requires reset], [GPU requires reset]\n", 0);
    assertThat(reading.problem()).contains("GPU 0 requires a reset");
    assertThat(reading.known()).isTrue();
  }

  @Test
  void noDeviceIsAMachineWithoutGpus() {
    assertThat(NvidiaSmiText.parse("No devices were found\n", 6)).isEqualTo(GpuReading.NONE);
  }

  @Test
  void aDriverThatDoesNotAnswerIsAProblemAndNotAMachineWithoutGpus() {
    String text =
        "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure"
            + " that the latest NVIDIA driver is installed and running.\n\n";
    GpuReading reading = NvidiaSmiText.parse(text, 9);
    assertThat(reading.present()).isTrue();
    assertThat(reading.known()).isFalse();
    assertThat(reading.problem()).contains("couldn't communicate with the NVIDIA driver");
    GpuReading mismatch =
        NvidiaSmiText.parse("Failed to initialize NVML: Driver/library version mismatch\n", 18);
    assertThat(mismatch.problem()).contains("version mismatch");
    assertThat(NvidiaSmiText.parse("", 255).problem()).contains("exit code 255");
    assertThat(NvidiaSmiText.parse("", 0).problem()).contains("says nothing");
  }

  @Test
  void aGpuOffTheBusIsSaidAndTheOthersCount() {
    GpuReading reading =
        NvidiaSmiText.parse(
            """
            Unable to determine the device handle for GPU0000:0A:00.0: Unknown Error
            1, NVIDIA GeForce RTX 4090, 24564, 2, 0, 31
            """,
            15);
    assertThat(reading.gpus()).containsExactly(new Gpu(1, "NVIDIA GeForce RTX 4090", 24564));
    assertThat(reading.problem()).contains("Unable to determine the device handle");
  }
}
