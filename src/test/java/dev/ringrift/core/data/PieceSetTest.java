package dev.ringrift.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PieceSetTest {
  @Test
  void isTheSameAfterItWasWrittenAndRead() {
    PieceSet set = PieceSet.none(20).with(0).with(9).with(17);

    assertThat(PieceSet.of(20, set.bytes())).isEqualTo(set);
    assertThat(set).hasToString("{0, 9, 17} of 20");
  }

  @Test
  void oneMoreLeavesTheOldSetAlone() {
    PieceSet set = PieceSet.none(3);

    assertThat(set.with(1).has(1)).isTrue();
    assertThat(set.has(1)).isFalse();
  }

  @Test
  void aPieceBeyondTheFileIsRefused() {
    assertThatThrownBy(() -> PieceSet.of(8, new byte[] {0, 1})).hasMessageContaining("piece 9");
    assertThatThrownBy(() -> PieceSet.none(8).with(8)).hasMessageContaining("piece 9");
  }

  @Test
  void isCompleteWithEveryPiece() {
    assertThat(PieceSet.all(9).complete()).isTrue();
    assertThat(PieceSet.all(9).count()).isEqualTo(9);
    assertThat(PieceSet.none(0).complete()).isTrue();
    assertThat(PieceSet.none(9).complete()).isFalse();
  }
}
