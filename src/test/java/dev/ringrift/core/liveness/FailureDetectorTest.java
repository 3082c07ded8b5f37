package dev.ringrift.core.liveness;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.core.NodeId;
import dev.ringrift.core.liveness.FailureDetector.Verdict;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class FailureDetectorTest {
  /// Negative, and the clock passes zero: only differences count.
  private static final long BEGAN = -Duration.ofSeconds(5).toNanos();

  private final NodeId node = new NodeId("w1");
  private final FailureDetector detector = new FailureDetector(BEGAN);

  private static long at(double seconds) {
    return BEGAN + (long) (seconds * 1e9);
  }

  private Verdict judge(double seconds) {
    return detector.judge(node, at(seconds));
  }

  @Test
  void aNodeThatBeatsIsUp() {
    for (int second = 0; second < 20; second++) {
      detector.heard(node, at(second));
      assertThat(judge(second + 0.9)).isEqualTo(new Verdict.Up());
    }
  }

  @Test
  void aDroppedLinkMakesANodeSuspectAtOnce() {
    detector.heard(node, at(1));
    detector.linkDown(node);
    assertThat(judge(1)).isInstanceOf(Verdict.Suspect.class);
    detector.heard(node, at(1.5));
    assertThat(judge(1.5)).isEqualTo(new Verdict.Up());
  }

  @Test
  void threeSecondsOfSilenceMakeANodeSuspect() {
    detector.heard(node, at(1));
    assertThat(judge(3.9)).isEqualTo(new Verdict.Up());
    assertThat(judge(4))
        .isEqualTo(
            new Verdict.Suspect(Duration.ofSeconds(3), "silent towards the leader for 3.0 s"));
  }

  @Test
  void tenSecondsOfSilenceOnBothLinksMakeANodeUnknown() {
    detector.heard(node, at(1));
    detector.witnessed(node, at(2));
    assertThat(judge(11.9)).isInstanceOf(Verdict.Suspect.class);
    assertThat(judge(12)).isInstanceOf(Verdict.Unknown.class);
  }

  @Test
  void aWitnessThatHearsTheNodeKeepsItSuspect() {
    detector.heard(node, at(1));
    for (int second = 2; second < 100; second++) {
      detector.witnessed(node, at(second));
    }
    assertThat(judge(100)).isInstanceOf(Verdict.Suspect.class);
    assertThat(detector.silence(node, at(100))).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void anOldWordOfAWitnessDoesNotMakeANodeOlder() {
    detector.heard(node, at(1));
    detector.witnessed(node, at(8));
    detector.witnessed(node, at(3));
    assertThat(detector.silence(node, at(10))).isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void theTimesGrowWithTheMeasuredRoundTrip() {
    for (int i = 0; i < 50; i++) {
      detector.roundTrip(node, Duration.ofSeconds(1).toNanos());
    }
    detector.heard(node, at(1));
    assertThat(judge(4.9)).isEqualTo(new Verdict.Up());
    assertThat(judge(5.1)).isInstanceOf(Verdict.Suspect.class);
    assertThat(judge(12.9)).isInstanceOf(Verdict.Suspect.class);
    assertThat(judge(13.2)).isInstanceOf(Verdict.Unknown.class);
  }

  @Test
  void noRoundTripThatANodeClaimsHidesItsSilenceForLong() {
    for (long claim : new long[] {Long.MAX_VALUE, Long.MIN_VALUE, Long.MAX_VALUE}) {
      detector.roundTrip(node, claim);
    }
    detector.heard(node, at(1));
    assertThat(judge(10)).isNotInstanceOf(Verdict.Unknown.class);
    assertThat(judge(40)).isInstanceOf(Verdict.Unknown.class);
  }

  @Test
  void aNewLeaderKnowsNobodyAndCountsSilenceFromItsBeginning() {
    detector.heard(node, at(1));
    detector.begin(at(100));
    assertThat(judge(100))
        .isEqualTo(
            new Verdict.Unknown(Duration.ZERO, "it has not been heard since this leader began"));
    assertThat(detector.silence(node, at(107))).isEqualTo(Duration.ofSeconds(7));
    detector.witnessed(node, at(107));
    assertThat(judge(107))
        .isEqualTo(
            new Verdict.Unknown(
                Duration.ofSeconds(7),
                "it has not reported to this leader; another voter heard it 0.0 s ago"));
    detector.witnessed(node, at(90));
    detector.heard(node, at(108));
    assertThat(judge(108)).isEqualTo(new Verdict.Up());
  }

  @Test
  void aForgottenNodeIsUnknown() {
    detector.heard(node, at(1));
    detector.forget(node);
    assertThat(judge(1)).isInstanceOf(Verdict.Unknown.class);
  }
}
