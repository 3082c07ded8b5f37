package dev.ringrift.io.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.agent.Figures.GpuFigures;
import dev.ringrift.core.jobs.Gpu;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeTelemetryTest {
  private static final Gpu GPU = new Gpu(0, "NVIDIA L4", 23034);

  @TempDir Path data;

  @Test
  void measuresTheMachineAndItsGpus() throws Exception {
    GpuSource source =
        () ->
            new GpuSource.Answer(
                List.of(GPU, new Gpu(1, "NVIDIA L4", 23034)),
                List.of(new GpuFigures(0, 0.5, 10, 40)),
                true,
                "");
    try (NodeTelemetry telemetry = new NodeTelemetry(TelemetrySettings.of(data), source)) {
      assertThat(telemetry.awaitGpus(10_000)).isTrue();
      assertThat(telemetry.capacity().slots()).isEqualTo(2);
      assertThat(telemetry.capacity().memoryMib()).isPositive();
      assertThat(telemetry.capacity().diskMib()).isPositive();
      assertThat(telemetry.figures().memoryUsedMib())
          .isPositive()
          .isLessThanOrEqualTo(telemetry.capacity().memoryMib());
      assertThat(telemetry.figures().gpus()).hasSize(1);
      assertThat(telemetry.figures().problem()).isEmpty();
    }
  }

  @Test
  void aDriverThatHangsHoldsNothingUp() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    GpuSource hung =
        () -> {
          never.await();
          throw new AssertionError("not reached");
        };
    try (NodeTelemetry telemetry = new NodeTelemetry(TelemetrySettings.of(data), hung)) {
      assertThat(telemetry.capacity().slots())
          .isEqualTo(Runtime.getRuntime().availableProcessors());
      assertThat(telemetry.figures().diskFreeMib()).isPositive();
    }
  }

  @Test
  void aDriverThatStopsAnsweringDoesNotTakeTheGpusAway() throws Exception {
    BlockingQueue<GpuSource.Answer> answers = new LinkedBlockingQueue<>();
    CountDownLatch third = new CountDownLatch(3);
    GpuSource source =
        () -> {
          third.countDown();
          return answers.take();
        };
    TelemetrySettings often =
        new TelemetrySettings(
            data,
            OptionalInt.empty(),
            OptionalDouble.empty(),
            Optional.empty(),
            "",
            Map.of(),
            Duration.ofMillis(1));
    try (NodeTelemetry telemetry = new NodeTelemetry(often, source)) {
      answers.add(
          new GpuSource.Answer(List.of(GPU), List.of(new GpuFigures(0, 0, 1, 2)), true, ""));
      answers.add(new GpuSource.Answer(List.of(), List.of(), false, "it hangs"));
      third.await();
      assertThat(telemetry.capacity().gpus()).containsExactly(GPU);
      assertThat(telemetry.figures().gpus()).isEmpty();
      assertThat(telemetry.figures().problem()).isEqualTo("it hangs");
    }
  }

  @Test
  void theConfigurationHasTheLastWord() {
    TelemetrySettings configured =
        new TelemetrySettings(
            data,
            OptionalInt.of(7),
            OptionalDouble.of(1.5),
            Optional.of(List.of(GPU)),
            "trainer",
            Map.of("zone", "eu"),
            Duration.ofSeconds(3));
    GpuSource unasked =
        () -> {
          throw new AssertionError("not to be asked");
        };
    try (NodeTelemetry telemetry = new NodeTelemetry(configured, unasked)) {
      assertThat(telemetry.capacity().slots()).isEqualTo(7);
      assertThat(telemetry.capacity().cpus()).isEqualTo(1.5);
      assertThat(telemetry.capacity().gpus()).containsExactly(GPU);
      assertThat(telemetry.capacity().jobRole()).isEqualTo("trainer");
      assertThat(telemetry.capacity().labels()).containsEntry("zone", "eu");
    }
  }
}
