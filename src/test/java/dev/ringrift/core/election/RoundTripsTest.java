package dev.ringrift.core.election;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.core.NodeId;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RoundTripsTest {
  private static final NodeId A = new NodeId("a");

  private final RoundTrips trips = new RoundTrips();

  @Test
  void whatNearlyAllAnswersTookIsKnownOnceThereAreEnough() {
    add(RoundTrips.WARM_UP + RoundTrips.KEPT_MAX / 3 - 1, 3);
    assertThat(trips.usual(A)).isEmpty();
    add(1, 3);
    assertThat(trips.usual(A)).contains(Duration.ofMillis(3));
  }

  @Test
  void oneLateAnswerInAMinuteIsNoRule() {
    add(RoundTrips.WARM_UP + RoundTrips.KEPT_MAX - 2, 3);
    add(2, 900);
    assertThat(trips.usual(A)).contains(Duration.ofMillis(3));
    add(2, 900);
    assertThat(trips.usual(A)).contains(Duration.ofMillis(900));
    add(RoundTrips.KEPT_MAX, 4);
    assertThat(trips.usual(A)).contains(Duration.ofMillis(4));
  }

  @Test
  void theFirstAnswersAreOnlyGoodForHowFarItIs() {
    add(1, 700);
    assertThat(trips.shortest(A)).isEmpty();
    add(RoundTrips.WARM_UP - 1, 500);
    add(RoundTrips.KEPT_MAX / 3, 2);
    assertThat(trips.usual(A)).contains(Duration.ofMillis(2));
    assertThat(trips.shortest(A)).contains(Duration.ofMillis(2));
    trips.retain(Set.of());
    assertThat(trips.shortest(A)).isEmpty();
  }

  private void add(int count, long millis) {
    for (int i = 0; i < count; i++) {
      trips.add(A, Duration.ofMillis(millis).toNanos());
    }
  }
}
