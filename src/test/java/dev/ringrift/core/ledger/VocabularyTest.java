package dev.ringrift.core.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringrift.core.NodeId;
import org.junit.jupiter.api.Test;

class VocabularyTest {
  private static final Vocabulary NEXT =
      new Vocabulary(2, command -> command instanceof Command.Drain ? 2 : 1);
  private static final Command OLD = new Command.Revoke("c", "stolen", 5);
  private static final Command NEW = new Command.Drain(new NodeId("w1"), "repairs", 5);

  @Test
  void aNewKindMayBeUsedFromItsVersionOn() {
    assertThat(NEXT.notYet(OLD, 1)).isEmpty();
    assertThat(NEXT.notYet(NEW, 1)).hasValueSatisfying(why -> assertThat(why).contains("Drain"));
    assertThat(NEXT.notYet(NEW, 2)).isEmpty();
  }

  @Test
  void aProgramFollowsClustersUpToWhatItReads() {
    assertThat(NEXT.follows(2)).isTrue();
    assertThat(NEXT.follows(3)).isFalse();
    assertThat(NEXT.reads(NEW)).isTrue();
    assertThat(new Vocabulary(1, NEXT.since()).reads(NEW)).isFalse();
    assertThatThrownBy(() -> new Vocabulary(0, NEXT.since())).hasMessageContaining("0");
  }

  @Test
  void thisProgramReadsWhatItMayWrite() {
    assertThat(Vocabulary.OWN.reads(OLD)).isTrue();
    assertThat(Vocabulary.OWN.newest()).isGreaterThanOrEqualTo(Vocabulary.FIRST);
  }
}
