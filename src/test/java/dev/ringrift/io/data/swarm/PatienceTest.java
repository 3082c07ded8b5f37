package dev.ringrift.io.data.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PatienceTest {
  private static final long SECOND = 1_000_000_000L;

  private final Patience patience = new Patience(Duration.ofMinutes(2), 0);

  private boolean over(int second, int piecesLeft, int refusals, long bytes) {
    return patience.over(new Patience.Mark(piecesLeft, refusals, bytes), second * SECOND);
  }

  @Test
  void nothingForTooLongIsTooLong() {
    assertThat(over(0, 3, 0, 100)).isFalse();
    assertThat(over(120, 3, 0, 100)).isFalse();
    assertThat(over(121, 3, 0, 100)).isTrue();
  }

  @Test
  void bytesOfALargePieceAreAGettingOn() {
    for (int second = 0; second < 1000; second += 100) {
      assertThat(over(second, 3, 0, second)).isFalse();
    }
  }

  @Test
  void theSameBytesOnceMoreAreNone() {
    assertThat(over(0, 3, 0, 100)).isFalse();
    assertThat(over(60, 3, 0, 10)).isFalse();
    assertThat(over(121, 3, 0, 90)).isTrue();
  }

  @Test
  void afterAWrongPieceThereMayBeLess() {
    assertThat(over(0, 3, 0, 100)).isFalse();
    assertThat(over(100, 3, 1, 10)).isFalse();
    assertThat(over(200, 3, 1, 20)).isFalse();
    assertThat(over(321, 3, 1, 20)).isTrue();
  }
}
