package dev.ringrift.io.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class FrameTest {
  @Test
  void everyKindComesBackAsItWas() {
    for (Frame.Kind kind : Frame.Kind.values()) {
      Frame read = Frame.read(new Frame(kind, new byte[] {1, 2, 3}).bytes());
      assertThat(read.kind()).isEqualTo(kind);
      assertThat(read.body()).containsExactly(1, 2, 3);
    }
  }

  @Test
  void aFailureIsItsText() {
    Frame read = Frame.read(Frame.failed("the ledger of 'ä' is not open").bytes());
    assertThat(read.kind()).isEqualTo(Frame.Kind.FAILED);
    assertThat(read.text()).isEqualTo("the ledger of 'ä' is not open");
  }

  @Test
  void otherBytesAreRefused() {
    assertThatThrownBy(() -> Frame.read(new byte[0])).hasMessageContaining("empty");
    // 0xAC 0xED is how a serialised Java object begins.
    assertThatThrownBy(() -> Frame.read(new byte[] {(byte) 0xAC, (byte) 0xED, 0, 5}))
        .hasMessageContaining("kind -84 is no frame");
  }
}
