package dev.ringrift.core.election;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.core.NodeId;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// Transcripts: one line for each second in which the advice changes. `a=3 b=2 c=0 → a` reads: full
/// rank for `a`, none for `c`, and the lead goes to `a`.
class BullyRuleTest {
  private static final Duration DELAY = Duration.ofSeconds(30);
  private static final List<NodeId> RANKED =
      List.of(new NodeId("a"), new NodeId("b"), new NodeId("c"));

  private final BullyRule rule = new BullyRule(DELAY);
  private final Map<NodeId, BullyRule.Seen> seen = new LinkedHashMap<>();
  private final StringBuilder transcript = new StringBuilder();
  private String self = "b";
  private String before = "";
  private int second;

  private void up(String voter) {
    behind(voter, 0);
  }

  private void behind(String voter, long entries) {
    seen.put(new NodeId(voter), new BullyRule.Seen(true, entries));
  }

  private void down(String voter) {
    seen.put(new NodeId(voter), new BullyRule.Seen(false, 0));
  }

  private void leads(String voter) {
    self = voter;
    rule.begin();
    transcript.append("%d: %s leads\n".formatted(second, voter));
    before = "";
  }

  /// Asks once a second, as the leader does.
  private void run(int seconds) {
    for (int i = 0; i < seconds; i++, second++) {
      BullyRule.Advice advice =
          rule.advise(new NodeId(self), RANKED, seen, second * 1_000_000_000L - 7_000_000_000L);
      String line =
          advice.priorities().entrySet().stream()
                  .map(e -> e.getKey() + "=" + e.getValue())
                  .collect(Collectors.joining(" "))
              + advice.transferTo().map(to -> " → " + to).orElse("");
      if (!line.equals(before)) {
        transcript.append("%d: %s\n".formatted(second, line));
      }
      before = line;
    }
  }

  @Test
  void aSeniorThatReturnsTakesTheLeadAfterItsDelayAndNotBefore() {
    leads("b");
    up("c");
    run(60);
    up("a");
    run(35);
    assertThat(transcript)
        .hasToString(
            """
            0: b leads
            0: a=0 b=2 c=0
            30: a=0 b=2 c=1
            90: a=3 b=2 c=1 → a
            91: a=3 b=2 c=1
            """);
  }

  @Test
  void aSeniorThatFlapsWaitsTwiceAsLongEachTime() {
    leads("b");
    for (int flap = 0; flap < 4; flap++) {
      up("a");
      run(10);
      down("a");
      run(10);
    }
    up("a");
    run(300);
    assertThat(transcript)
        .hasToString(
            """
            0: b leads
            0: a=0 b=2 c=0
            320: a=3 b=2 c=0 → a
            321: a=3 b=2 c=0
            350: a=3 b=2 c=0 → a
            351: a=3 b=2 c=0
            """);
  }

  @Test
  void aFlapIsForgivenAfterLongSteadiness() {
    leads("b");
    for (int flap = 0; flap < 3; flap++) {
      up("a");
      run(1);
      down("a");
      run(1);
    }
    up("a");
    run(120 * 11);
    down("a");
    run(1);
    transcript.setLength(0);
    before = "";
    int returned = second;
    up("a");
    run(200);
    assertThat(transcript.toString()).contains((returned + 120) + ": a=3 b=2 c=0 → a");
  }

  @Test
  void aSeniorMustHaveCaughtUpForTheWholeDelay() {
    leads("b");
    behind("a", 10_000);
    run(100);
    behind("a", BullyRule.BEHIND_MAX);
    run(31);
    assertThat(transcript)
        .hasToString(
            """
            0: b leads
            0: a=0 b=2 c=0
            129: a=3 b=2 c=0 → a
            130: a=3 b=2 c=0
            """);
  }

  @Test
  void aSeniorThatCrashesEachTimeItLeadsIsGivenTheLeadEverLater() {
    leads("b");
    up("a");
    run(31);
    for (int crash = 0; crash < 3; crash++) {
      down("a");
      leads("b");
      run(5);
      up("a");
      run(31 * (1 << crash));
    }
    assertThat(transcript.toString().lines().filter(l -> l.contains("→")))
        .containsExactly(
            "30: a=3 b=2 c=0 → a",
            "66: a=3 b=2 c=0 → a",
            "132: a=3 b=2 c=0 → a",
            "259: a=3 b=2 c=0 → a");
  }

  @Test
  void aTransferThatComesToNothingIsTriedAgainOnlyAfterTheDelay() {
    leads("b");
    up("a");
    run(100);
    assertThat(transcript.toString().lines().filter(l -> l.contains("→")))
        .containsExactly("30: a=3 b=2 c=0 → a", "60: a=3 b=2 c=0 → a", "90: a=3 b=2 c=0 → a");
  }

  @Test
  void theHighestLiveVoterKeepsTheLead() {
    self = "a";
    up("b");
    up("c");
    run(100);
    assertThat(transcript)
        .hasToString(
            """
            0: a=3 b=0 c=0
            30: a=3 b=2 c=1
            """);
  }

  @Test
  void theNextInRankLeadsWhileTheHighestIsDown() {
    leads("c");
    down("a");
    up("b");
    run(40);
    assertThat(transcript)
        .hasToString(
            """
            0: c leads
            0: a=0 b=0 c=1
            30: a=0 b=2 c=1 → b
            31: a=0 b=2 c=1
            """);
  }

  @Test
  void aLeaderThatSteppedDownIsNotPreferredAtOnce() {
    leads("a");
    up("b");
    up("c");
    run(40);
    leads("b");
    up("a");
    run(29);
    assertThat(before).isEqualTo("a=0 b=2 c=0");
    run(2);
    assertThat(transcript.toString()).contains("70: a=3 b=2 c=1 → a");
  }
}
