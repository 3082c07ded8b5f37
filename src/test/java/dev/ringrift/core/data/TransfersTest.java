package dev.ringrift.core.data;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TransfersTest {
  private static final double GUESS = 1e6;

  private final SourceState source = new SourceState(0, 16, 0);
  private final Transfers transfers = new Transfers();

  @Test
  void whatWasCutOffOrNeverCameIsNotWaitedForAnyMore() {
    double before = source.expectedSeconds(1_000_000, GUESS);
    Transfer transfer = transfers.start(source, new PieceRange(0, 0, 4_000_000), null, 0);
    assertThat(source.expectedSeconds(1_000_000, GUESS)).isEqualTo(before + 4);

    assertThat(transfer.cut(3_000_000)).isEqualTo(1_000_000);
    assertThat(source.expectedSeconds(1_000_000, GUESS)).isEqualTo(before + 3);

    transfers.remove(transfer.number());
    assertThat(source.expectedSeconds(1_000_000, GUESS)).isEqualTo(before);
  }

  @Test
  void whatHasComeCannotBeCutOff() {
    Transfer transfer = transfers.start(source, new PieceRange(0, 100, 1_000), null, 0);
    transfer.reached(600, 1);

    assertThat(transfer.cut(500)).isEqualTo(400);
    assertThat(transfer.left()).isZero();
    assertThat(transfer.cut(2_000)).isZero();
  }
}
