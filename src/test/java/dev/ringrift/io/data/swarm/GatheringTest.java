package dev.ringrift.io.data.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class GatheringTest {
  private static final int PACKET = 1_448;
  private static final int MANY = 4 << 20;

  private static final int ROOM = 1 << 20;

  private final Gathering gathering = new Gathering(ROOM);

  @Test
  void packetsThatComeOneByOneAreLetGather() {
    assertThat(gathering.pauseNanos(PACKET, MANY)).isEqualTo(Gathering.PAUSE_NANOS_MIN);
    assertThat(gathering.pauseNanos(PACKET, MANY)).isEqualTo(2 * Gathering.PAUSE_NANOS_MIN);
    for (int i = 0; i < 10; i++) {
      gathering.pauseNanos(PACKET, MANY);
    }
    assertThat(gathering.pauseNanos(PACKET, MANY)).isEqualTo(Gathering.PAUSE_NANOS_MAX);
  }

  @Test
  void aFastConnectionIsNotHeldUp() {
    for (int i = 0; i < 10; i++) {
      gathering.pauseNanos(PACKET, MANY);
    }
    long pause = Gathering.PAUSE_NANOS_MAX;
    for (int i = 0; i < 6; i++) {
      pause = gathering.pauseNanos(Gathering.BYTES_WANTED, MANY);
    }
    assertThat(pause).isZero();
  }

  @Test
  void whatGathersIsLittleBesideTheRoomThatThereIs() {
    Gathering narrow = new Gathering(3 * 40_000);
    for (int i = 0; i < 10; i++) {
      narrow.pauseNanos(PACKET, MANY);
    }
    assertThat(narrow.pauseNanos(39_000, MANY)).isEqualTo(Gathering.PAUSE_NANOS_MAX);
    assertThat(narrow.pauseNanos(40_000, MANY)).isEqualTo(Gathering.PAUSE_NANOS_MAX / 2);
    assertThat(narrow.pauseNanos(80_000, MANY)).isEqualTo(Gathering.PAUSE_NANOS_MAX / 8);
    narrow.pauseNanos(80_000, MANY);
    assertThat(narrow.pauseNanos(80_000, MANY)).as("the sender may be waiting").isZero();
  }

  @Test
  void whereAReadingBringsOnlySomeOfWhatIsThereItIsNotWaited() {
    Gathering records = new Gathering(0);
    for (int i = 0; i < 10; i++) {
      assertThat(records.pauseNanos(PACKET, MANY)).isZero();
    }
  }

  @Test
  void theLastBytesAreNotWaitedFor() {
    gathering.pauseNanos(PACKET, MANY);
    assertThat(gathering.pauseNanos(PACKET, 2 * PACKET)).isZero();
    assertThat(gathering.pauseNanos(PACKET, 2 * PACKET + 1)).isPositive();
  }
}
