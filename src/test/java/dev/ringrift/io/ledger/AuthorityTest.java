package dev.ringrift.io.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.core.election.ElectionTimings;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class AuthorityTest {
  private static final List<String> ALL = List.of("a", "b", "c");
  private static final List<String> NONE = List.of();

  private static final long MS = 1_000_000;

  /// Fresh for 90 ms.
  private static final ElectionTimings RUNS = new ElectionTimings(Duration.ofMillis(100));

  private final Authority authority = new Authority();

  @Test
  void isFreshWhileAMajorityAnsweredWhatWasSentLately() {
    assertThat(fresh(1, ALL, NONE, 0)).isFalse();
    answered(1, "b", 1_000);
    assertThat(fresh(1, ALL, NONE, 1_089)).isTrue();
    assertThat(fresh(1, ALL, NONE, 1_090)).isFalse();
  }

  @Test
  void countsWhenItWasSentAndNotWhenItWasAnswered() {
    answered(1, "b", 1_000);
    answered(1, "b", 900);
    assertThat(fresh(1, ALL, NONE, 1_089)).isTrue();
    assertThat(fresh(1, ALL, NONE, 1_150)).isFalse();
  }

  @Test
  void answersOfAnOlderTermAreWorthNothing() {
    answered(1, "b", 1_000);
    assertThat(fresh(2, ALL, NONE, 1_010)).isFalse();
    answered(2, "c", 1_020);
    answered(1, "b", 1_030);
    assertThat(fresh(2, List.of("a", "b", "x"), NONE, 1_040)).isFalse();
    assertThat(fresh(2, ALL, NONE, 1_040)).isTrue();
  }

  @Test
  void aSingleVoterIsAlwaysFreshAndAStrangerNever() {
    assertThat(fresh(1, List.of("a"), NONE, 0)).isTrue();
    assertThat(fresh(1, List.of("b"), NONE, 0)).isFalse();
    assertThat(fresh(1, NONE, NONE, 0)).isFalse();
  }

  @Test
  void duringAChangeBothGroupsMustConfirm() {
    answered(1, "b", 1_000);
    List<String> next = List.of("a", "d", "e");
    assertThat(fresh(1, next, ALL, 1_010)).isFalse();
    answered(1, "d", 1_000);
    assertThat(fresh(1, next, ALL, 1_010)).isTrue();
  }

  @Test
  void whoHandedTheLeadOverIsNotFreshAgainInThatTerm() {
    answered(1, "b", 1_000);
    authority.giveUp(1);
    answered(1, "b", 1_010);
    assertThat(fresh(1, ALL, NONE, 1_020)).isFalse();
    assertThat(fresh(1, List.of("a"), NONE, 1_020)).isFalse();
    answered(2, "b", 1_020);
    assertThat(fresh(2, ALL, NONE, 1_030)).isTrue();
  }

  @Test
  void theClockMayPassItsLargestValue() {
    authority.answered(1, "b", Long.MAX_VALUE - 10 * MS, RUNS);
    assertThat(authority.fresh(1, "a", ALL, NONE, Long.MIN_VALUE + 10 * MS)).isTrue();
    assertThat(authority.fresh(1, "a", ALL, NONE, Long.MIN_VALUE + 200 * MS)).isFalse();
  }

  @Test
  void eachVotersOwnPromiseCounts() {
    authority.answered(1, "b", 1_000 * MS, new ElectionTimings(Duration.ofMillis(600)));
    authority.answered(1, "c", 1_000 * MS, RUNS);
    List<String> five = List.of("a", "b", "c", "d", "e");
    assertThat(fresh(1, five, NONE, 1_089)).isTrue();
    assertThat(fresh(1, five, NONE, 1_090)).isFalse();
    assertThat(fresh(1, ALL, NONE, 1_539)).isTrue();
    assertThat(fresh(1, ALL, NONE, 1_540)).isFalse();
    assertThat(authority.timings("c")).contains(RUNS);
  }

  @Test
  void aShorterPromiseDoesNotTakeALongerOneBack() {
    authority.answered(1, "b", 1_000 * MS, new ElectionTimings(Duration.ofMillis(600)));
    authority.answered(1, "b", 1_100 * MS, RUNS);
    assertThat(fresh(1, ALL, NONE, 1_539)).isTrue();
    assertThat(fresh(1, ALL, NONE, 1_540)).isFalse();
  }

  private void answered(long term, String peer, long sentMillis) {
    authority.answered(term, peer, sentMillis * MS, RUNS);
  }

  private boolean fresh(long term, List<String> current, List<String> previous, long nowMillis) {
    return authority.fresh(term, "a", current, previous, nowMillis * MS);
  }
}
