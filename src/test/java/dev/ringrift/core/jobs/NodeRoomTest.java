package dev.ringrift.core.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NodeRoomTest {
  private static final Capacity BOX =
      new Capacity(
          4,
          8,
          64_000,
          100_000,
          List.of(
              new Gpu(0, "RTX 5090", 32_607),
              new Gpu(1, "RTX 4090", 24_564),
              new Gpu(2, "RTX 4090", 24_564)),
          "train",
          Map.of("zone", "eu"));

  private final NodeRoom room = new NodeRoom(BOX);

  private static Resources gpus(int count, double vramGb) {
    return new Resources(count, vramGb, 0, 0, 0, "", Map.of());
  }

  private static Resources rest(double cpus, double memoryGb, double diskGb) {
    return new Resources(0, 0, cpus, memoryGb, diskGb, "", Map.of());
  }

  @Test
  void theSmallestGpusThatWillDoAreTakenFirst() {
    assertThat(room.fit(gpus(1, 0))).contains(List.of(1));
    assertThat(room.fit(gpus(3, 24))).contains(List.of(1, 2, 0));
    assertThat(room.fit(gpus(1, 32))).as("as cards are sold").contains(List.of(0));
  }

  @Test
  void whatIsTakenIsFreeNoMore() {
    room.take(gpus(2, 24), List.of(1, 2));
    assertThat(room.freeGpus()).isEqualTo(1);
    assertThat(room.freeSlots()).isEqualTo(3);
    assertThat(room.fit(gpus(1, 24))).contains(List.of(0));
    assertThat(room.lacks(gpus(2, 24))).contains("1 of 3 suitable GPUs are free, 2 wanted");
    room.take(rest(7, 60, 100), List.of());
    assertThat(room.lacks(rest(2, 0, 0))).contains("1.0 cpus are free, 2.0 wanted");
    assertThat(room.lacks(rest(0, 10, 0))).contains("7.1 GB of memory are free, 10.0 wanted");
    assertThat(room.lacks(rest(0, 0, 20))).contains("4.9 GB of disk are free, 20.0 wanted");
    room.take(Resources.NONE, List.of());
    room.take(Resources.NONE, List.of());
    assertThat(room.lacks(Resources.NONE)).contains("all 4 slots are taken");
  }

  @Test
  void onlyFreeDistinctAndBigEnoughGpusAreTheseVeryOnes() {
    assertThat(room.has(gpus(2, 24), List.of(0, 2))).isTrue();
    assertThat(room.has(gpus(2, 24), List.of(0, 0))).isFalse();
    assertThat(room.has(gpus(2, 24), List.of(0))).isFalse();
    assertThat(room.has(gpus(1, 32), List.of(1))).isFalse();
    assertThat(room.has(gpus(1, 0), List.of(3))).isFalse();
    room.take(gpus(1, 32), List.of(0));
    assertThat(room.has(gpus(1, 0), List.of(0))).isFalse();
  }

  @Test
  void itSaysWhyANodeCanNeverTakeATask() {
    assertThat(NodeRoom.misses(Capacity.NONE, Resources.NONE)).contains("it runs no tasks");
    assertThat(NodeRoom.misses(BOX, new Resources(0, 0, 0, 0, 0, "serve", Map.of())))
        .contains("its role is 'train', 'serve' wanted");
    assertThat(NodeRoom.misses(BOX, new Resources(0, 0, 0, 0, 0, "", Map.of("zone", "us"))))
        .contains("it has no label zone=us");
    assertThat(NodeRoom.misses(BOX, gpus(4, 0))).contains("it has 3 GPUs, 4 wanted");
    assertThat(NodeRoom.misses(BOX, gpus(2, 32))).contains("1 of its GPUs have 32 GB, 2 wanted");
    assertThat(NodeRoom.misses(BOX, rest(9, 0, 0))).contains("it has 8.0 cpus, 9.0 wanted");
    assertThat(NodeRoom.misses(BOX, rest(0, 99, 0)))
        .contains("it has 67.1 GB of memory, 99.0 wanted");
    assertThat(NodeRoom.misses(BOX, rest(0, 0, 200)))
        .contains("it has 104.9 GB of disk free, 200.0 wanted");
    assertThat(NodeRoom.misses(BOX, gpus(3, 24))).isEmpty();
  }

  @Test
  void whatIsNoNumberIsNoAmount() {
    assertThatIllegalArgumentException().isThrownBy(() -> rest(Double.NaN, 0, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> rest(0, Double.NaN, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> gpus(1, Double.NaN));
    assertThatIllegalArgumentException().isThrownBy(() -> rest(0, 0, Double.POSITIVE_INFINITY));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Capacity(1, Double.NaN, 0, 0, List.of(), "", Map.of()));
  }

  @Test
  void twoGpusWithOneIndexAreRefused() {
    List<Gpu> twice = List.of(new Gpu(0, "a", 1), new Gpu(0, "b", 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Capacity(1, 1, 1, 1, twice, "", Map.of()));
  }
}
