package dev.ringrift.core.election;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.core.NodeId;
import dev.ringrift.core.election.TimingRule.Step;
import dev.ringrift.core.election.TimingRule.Voter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;

class TimingRuleTest {
  private static final NodeId A = new NodeId("a");
  private static final NodeId B = new NodeId("b");
  private static final NodeId C = new NodeId("c");
  private static final ElectionTimings LAN = ElectionTimings.LAN;
  private static final ElectionTimings SLOW = new ElectionTimings(Duration.ofMillis(600));
  private static final Duration QUICK = Duration.ofMillis(1);
  private static final Duration FAR = Duration.ofMillis(150);

  private final TimingRule rule = new TimingRule();
  private final SequencedMap<NodeId, Voter> voters = new LinkedHashMap<>();
  private long now = -5;

  @Test
  void timingsAreThoseOfALanOrTwiceAsLongAsOftenAsItTakes() {
    assertThat(ElectionTimings.of(Duration.ZERO)).isEqualTo(LAN);
    assertThat(ElectionTimings.of(Duration.ofMillis(50))).isEqualTo(LAN);
    assertThat(ElectionTimings.of(Duration.ofMillis(51)).least()).hasMillis(300);
    assertThat(ElectionTimings.of(FAR)).isEqualTo(SLOW);
    assertThat(ElectionTimings.of(Duration.ofMinutes(1)).least())
        .isEqualTo(ElectionTimings.LEAST_MAX);
    assertThat(LAN.most()).hasMillis(300);
    assertThat(LAN.vote()).hasMillis(150);
    assertThat(LAN.silentVote()).hasMillis(50);
  }

  @Test
  void aBusyMachineCountsForOneDoublingAndNoMore() {
    Duration busy = Duration.ofSeconds(1);
    assertThat(ElectionTimings.of(QUICK, QUICK)).isEqualTo(LAN);
    assertThat(ElectionTimings.of(QUICK, busy).least()).hasMillis(300);
    assertThat(ElectionTimings.of(FAR, FAR)).isEqualTo(SLOW);
    assertThat(ElectionTimings.of(FAR, busy).least()).hasMillis(1_200);
    assertThat(ElectionTimings.of(busy, busy).least()).isEqualTo(ElectionTimings.LEAST_MAX);
  }

  @Test
  void slowAnswersCountOnlyAfterAWhile() {
    assertThat(change(LAN, FAR, TimingRule.LONGER_AFTER.minusSeconds(1))).isEmpty();
    assertThat(change(LAN, QUICK, Duration.ofSeconds(1))).isEmpty();
    assertThat(change(LAN, FAR, TimingRule.LONGER_AFTER.minusSeconds(1))).isEmpty();
    assertThat(change(LAN, FAR, Duration.ofSeconds(2))).contains(SLOW);
  }

  @Test
  void quickAnswersCountOnlyAfterALongWhile() {
    assertThat(change(SLOW, QUICK, TimingRule.SHORTER_AFTER.minusSeconds(1))).isEmpty();
    assertThat(change(SLOW, FAR, Duration.ofSeconds(1))).isEmpty();
    assertThat(change(SLOW, QUICK, TimingRule.SHORTER_AFTER.minusSeconds(1))).isEmpty();
    assertThat(change(SLOW, QUICK, Duration.ofSeconds(2))).contains(LAN);
  }

  @Test
  void theSlowestOfTheQuickTimeCounts() {
    assertThat(change(SLOW, Duration.ofMillis(80), Duration.ofSeconds(30))).isEmpty();
    assertThat(change(SLOW, QUICK, TimingRule.SHORTER_AFTER))
        .contains(new ElectionTimings(Duration.ofMillis(300)));
  }

  @Test
  void toLongerTimingsTheLeaderComesLast() {
    three(LAN);
    assertThat(steps(B, SLOW)).containsExactly("reopen c", "reopen a", "hand over to a");
    assertThat(steps(A, SLOW)).containsExactly("reopen b");
    assertThat(next(A, SLOW)).isEqualTo(new Step.Nothing());
  }

  @Test
  void toShorterTimingsTheLeadGoesToTheFirstThatHasThem() {
    three(SLOW);
    assertThat(steps(A, LAN)).containsExactly("reopen c", "hand over to c");
    assertThat(steps(C, LAN)).containsExactly("reopen b", "reopen a");
  }

  @Test
  void aVoterAloneOpensItsOwnLedgerAgain() {
    runs(A, LAN);
    assertThat(next(A, SLOW)).isEqualTo(new Step.Reopen(A));
  }

  @Test
  void oneAtATimeAndOnlyWhileAllOthersAnswer() {
    three(LAN);
    voters.put(A, new Voter(false, Optional.of(LAN)));
    assertThat(next(B, SLOW)).isEqualTo(new Step.Nothing());
    runs(A, LAN);
    assertThat(next(B, SLOW)).isEqualTo(new Step.Reopen(C));
    assertThat(next(B, SLOW)).as("c has not gone yet").isEqualTo(new Step.Nothing());
    voters.put(C, new Voter(false, Optional.of(LAN)));
    now += TimingRule.STEP_MAX.toNanos();
    assertThat(next(B, SLOW)).as("c is away").isEqualTo(new Step.Nothing());
    runs(C, LAN);
    assertThat(next(B, SLOW)).as("c never got it").isEqualTo(new Step.Reopen(C));
    runs(C, SLOW);
    assertThat(next(B, SLOW)).isEqualTo(new Step.Reopen(A));
  }

  @Test
  void aNewLeaderGoesOnWhereTheLastOneWas() {
    three(LAN);
    assertThat(next(B, SLOW)).isEqualTo(new Step.Reopen(C));
    runs(C, SLOW);
    TimingRule other = new TimingRule();
    assertThat(other.next(C, SLOW, voters, now)).isEqualTo(new Step.Reopen(B));
  }

  private Optional<ElectionTimings> change(
      ElectionTimings committed, Duration roundTrip, Duration span) {
    Optional<ElectionTimings> changed = Optional.empty();
    for (long s = 0; s < span.toSeconds() && changed.isEmpty(); s++) {
      now += 1_000_000_000L;
      changed = rule.change(committed, ElectionTimings.of(roundTrip), now);
    }
    return changed;
  }

  private void three(ElectionTimings timings) {
    for (NodeId id : List.of(A, B, C)) {
      runs(id, timings);
    }
  }

  private void runs(NodeId id, ElectionTimings timings) {
    voters.put(id, new Voter(true, Optional.of(timings)));
  }

  private Step next(NodeId self, ElectionTimings wanted) {
    now += 1_000_000_000L;
    return rule.next(self, wanted, voters, now);
  }

  /// What one leader does until it hands over, each step with its effect.
  private List<String> steps(NodeId self, ElectionTimings wanted) {
    List<String> said = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      switch (next(self, wanted)) {
        case Step.Nothing nothing -> {}
        case Step.Reopen reopen -> {
          said.add("reopen " + reopen.voter());
          runs(reopen.voter(), wanted);
        }
        case Step.HandOver handOver -> {
          said.add("hand over to " + handOver.to());
          rule.begin();
          return said;
        }
      }
    }
    return said;
  }
}
