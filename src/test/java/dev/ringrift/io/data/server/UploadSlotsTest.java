package dev.ringrift.io.data.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class UploadSlotsTest {
  private static final Duration LOOK = Duration.ofSeconds(10);

  private final List<String> ended = new ArrayList<>();
  private long now;
  private final UploadSlots slots = new UploadSlots(8, LOOK, () -> now);

  private Optional<UploadSlots.Slot> take(String reader) {
    return slots.take(new Reader(reader, () -> ended.add(reader)));
  }

  private void pass(int seconds) {
    now += seconds * 1_000_000_000L;
  }

  @Test
  void oneReaderLeavesSomeToOthers() {
    for (int i = 0; i < 6; i++) {
      assertThat(take("a")).isPresent();
    }
    assertThat(take("a")).isEmpty();
    assertThat(take("b")).isPresent();
    assertThat(slots.load()).isEqualTo("7/8");
    assertThat(ended).isEmpty();
  }

  @Test
  void whoHardlyReadsLosesItsSlotToTheNext() {
    List<UploadSlots.Slot> all = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      all.add(take("r" + i).orElseThrow());
    }
    pass(9);
    assertThat(take("next")).as("not yet").isEmpty();
    pass(1);
    for (int i = 0; i < 8; i++) {
      // A byte now and then is not enough.
      all.get(i).moved(i == 3 ? 1 : 10 * UploadSlots.BYTES_PER_SECOND_MIN);
    }

    assertThat(take("next")).isPresent();

    assertThat(ended).containsExactly("r3");
    assertThat(take("another")).isEmpty();
    all.get(3).run(); // has no slot to give back any more
    assertThat(slots.load()).isEqualTo("8/8");
  }

  @Test
  void whoWasFastIsLookedAtAnew() {
    for (int i = 0; i < 8; i++) {
      take("r" + i).orElseThrow().moved(1L << 40);
    }
    pass(10);
    assertThat(take("next")).isEmpty();
    pass(10);
    assertThat(take("next")).isPresent();
  }

  @Test
  void aReaderWithTooManyLosesItsOwn() {
    for (int i = 0; i < 6; i++) {
      take("a");
    }
    take("b");
    pass(10);

    assertThat(take("a")).isPresent();

    assertThat(ended).containsExactly("a");
  }
}
