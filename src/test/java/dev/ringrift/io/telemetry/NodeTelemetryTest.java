package dev.ringrift.io.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.agent.Figures.GpuFigures;
import dev.ringrift.core.jobs.Gpu;
import java.nio.file.Files;
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
      assertThat(telemetry.figures().diskFreeMib()).isPositive();
      assertThat(telemetry.capacity().slots()).as("it may be full of GPUs").isZero();
      assertThat(telemetry.figures().refusal()).startsWith("its GPUs are not known yet");
      assertThat(telemetry.trouble()).as("it may answer in a moment").isEmpty();
    }
    TelemetrySettings configured = TelemetrySettings.of(data).withSlots(3);
    try (NodeTelemetry telemetry = new NodeTelemetry(configured, hung)) {
      assertThat(telemetry.capacity().slots()).isEqualTo(3);
      assertThat(telemetry.figures().refusal()).isEmpty();
    }
  }

  @Test
  void aDriverThatNeverSaysWhatThereIsLeavesANodeThatOffersNothingAndSaysWhy() throws Exception {
    GpuSource broken = () -> new GpuSource.Answer(List.of(), List.of(), false, "it hangs");
    try (NodeTelemetry telemetry = new NodeTelemetry(TelemetrySettings.of(data), broken)) {
      assertThat(telemetry.awaitGpus(10_000)).isTrue();
      assertThat(telemetry.capacity().slots()).isZero();
      assertThat(telemetry.figures().refusal()).isEqualTo("its GPUs are not known yet: it hangs");
      assertThat(telemetry.figures().problem()).isEqualTo("it hangs");
      assertThat(telemetry.trouble().orElseThrow().text()).contains("it hangs", "'slots'");
    }
  }

  @Test
  void withoutADriverThereIsASlotForEachProcessor() throws Exception {
    GpuSource none = () -> new GpuSource.Answer(List.of(), List.of(), true, "");
    try (NodeTelemetry telemetry = new NodeTelemetry(TelemetrySettings.of(data), none)) {
      assertThat(telemetry.awaitGpus(10_000)).isTrue();
      assertThat(telemetry.capacity().slots())
          .isEqualTo(Runtime.getRuntime().availableProcessors());
      assertThat(telemetry.figures().refusal()).isEmpty();
      assertThat(telemetry.trouble()).isEmpty();
    }
  }

  @Test
  void belowTheFloorOfItsDiskANodeRefusesNewWorkAndSaysWhy() throws Exception {
    GpuSource none = () -> new GpuSource.Answer(List.of(), List.of(), true, "");
    int freeMib = (int) (Files.getFileStore(data).getUsableSpace() >> 20);
    TelemetrySettings above = TelemetrySettings.of(data).withDiskFloorMib(freeMib / 2);
    try (NodeTelemetry telemetry = new NodeTelemetry(above, none)) {
      assertThat(telemetry.awaitGpus(10_000)).isTrue();
      assertThat(telemetry.figures().refusal()).isEmpty();
    }
    TelemetrySettings below = above.withDiskFloorMib(freeMib * 2);
    try (NodeTelemetry telemetry = new NodeTelemetry(below, none)) {
      assertThat(telemetry.awaitGpus(10_000)).isTrue();
      assertThat(telemetry.figures().refusal()).startsWith("the disk is full: ");
      assertThat(telemetry.figures().problem()).startsWith("the disk is full: ");
      assertThat(telemetry.trouble().orElseThrow().text()).contains("the disk is full");
      assertThat(telemetry.capacity().slots()).as("what runs there runs on").isPositive();
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
            0,
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
            0,
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
