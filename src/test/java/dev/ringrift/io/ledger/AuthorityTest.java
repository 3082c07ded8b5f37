package dev.ringrift.io.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class AuthorityTest {
  private static final List<String> ALL = List.of("a", "b", "c");
  private static final List<String> NONE = List.of();

  private final Authority authority = new Authority(100);

  @Test
  void isFreshWhileAMajorityAnsweredWhatWasSentLately() {
    assertThat(authority.fresh(1, "a", ALL, NONE, 0)).isFalse();
    authority.answered(1, "b", 1_000);
    assertThat(authority.fresh(1, "a", ALL, NONE, 1_099)).isTrue();
    assertThat(authority.fresh(1, "a", ALL, NONE, 1_100)).isFalse();
  }

  @Test
  void countsWhenItWasSentAndNotWhenItWasAnswered() {
    authority.answered(1, "b", 1_000);
    authority.answered(1, "b", 900);
    assertThat(authority.fresh(1, "a", ALL, NONE, 1_099)).isTrue();
    assertThat(authority.fresh(1, "a", ALL, NONE, 1_150)).isFalse();
  }

  @Test
  void answersOfAnOlderTermAreWorthNothing() {
    authority.answered(1, "b", 1_000);
    assertThat(authority.fresh(2, "a", ALL, NONE, 1_010)).isFalse();
    authority.answered(2, "c", 1_020);
    authority.answered(1, "b", 1_030);
    assertThat(authority.fresh(2, "a", List.of("a", "b", "x"), NONE, 1_040)).isFalse();
    assertThat(authority.fresh(2, "a", ALL, NONE, 1_040)).isTrue();
  }

  @Test
  void aSingleVoterIsAlwaysFreshAndAStrangerNever() {
    assertThat(authority.fresh(1, "a", List.of("a"), NONE, 0)).isTrue();
    assertThat(authority.fresh(1, "a", List.of("b"), NONE, 0)).isFalse();
    assertThat(authority.fresh(1, "a", NONE, NONE, 0)).isFalse();
  }

  @Test
  void duringAChangeBothGroupsMustConfirm() {
    authority.answered(1, "b", 1_000);
    List<String> next = List.of("a", "d", "e");
    assertThat(authority.fresh(1, "a", next, ALL, 1_010)).isFalse();
    authority.answered(1, "d", 1_000);
    assertThat(authority.fresh(1, "a", next, ALL, 1_010)).isTrue();
  }

  @Test
  void whoHandedTheLeadOverIsNotFreshAgainInThatTerm() {
    authority.answered(1, "b", 1_000);
    authority.giveUp(1);
    authority.answered(1, "b", 1_010);
    assertThat(authority.fresh(1, "a", ALL, NONE, 1_020)).isFalse();
    assertThat(authority.fresh(1, "a", List.of("a"), NONE, 1_020)).isFalse();
    authority.answered(2, "b", 1_020);
    assertThat(authority.fresh(2, "a", ALL, NONE, 1_030)).isTrue();
  }

  @Test
  void theClockMayPassItsLargestValue() {
    authority.answered(1, "b", Long.MAX_VALUE - 10);
    assertThat(authority.fresh(1, "a", ALL, NONE, Long.MIN_VALUE + 10)).isTrue();
    assertThat(authority.fresh(1, "a", ALL, NONE, Long.MIN_VALUE + 200)).isFalse();
  }
}
