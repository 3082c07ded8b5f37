package dev.ringrift.io.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class VoteGuardTest {
  private static final Duration PROMISE = Duration.ofNanos(100);

  private final VoteGuard guard = new VoteGuard(PROMISE, 0);

  @Test
  void refusesToElectAnotherWhileTheLeaderIsHeard() throws IOException {
    guard.append(true, PROMISE, 1_000, () -> "taken");
    assertThat(vote(false, 1_099)).isEqualTo("refused");
    assertThat(vote(false, 1_100)).isEqualTo("voted");
  }

  @Test
  void aStartCountsAsHearingALeaderThatWasForgotten() throws IOException {
    assertThat(vote(false, 99)).isEqualTo("refused");
    assertThat(vote(false, 100)).isEqualTo("voted");
  }

  @Test
  void aPromiseThatWasGivenBeforeAStartIsKept() throws IOException {
    VoteGuard restarted = new VoteGuard(Duration.ofNanos(600), 2_000);
    assertThat(restarted.vote(false, 2_599, () -> "voted", () -> "refused")).isEqualTo("refused");
    assertThat(restarted.bound(2_599)).isTrue();
    assertThat(restarted.vote(false, 2_600, () -> "voted", () -> "refused")).isEqualTo("voted");
    assertThat(restarted.bound(2_600)).isFalse();
  }

  @Test
  void aShorterPromiseDoesNotTakeALongerOneBack() throws IOException {
    guard.append(true, Duration.ofNanos(600), 1_000, () -> "taken");
    guard.append(true, PROMISE, 1_010, () -> "taken");
    assertThat(vote(false, 1_599)).isEqualTo("refused");
    assertThat(vote(false, 1_600)).isEqualTo("voted");
  }

  @Test
  void votesForWhomTheLeaderItselfNamed() throws IOException {
    guard.append(true, PROMISE, 1_000, () -> "taken");
    assertThat(vote(true, 1_001)).isEqualTo("voted");
  }

  @Test
  void aLeaderOfThePastIsNotObeyed() throws IOException {
    guard.append(false, PROMISE, 1_000, () -> "refused by Ratis");
    assertThat(vote(false, 1_001)).isEqualTo("voted");
  }

  @Test
  void anAppendThatCameFirstIsSeenByAVoteThatWaitsForIt() throws Exception {
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch on = new CountDownLatch(1);
    Thread append =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    guard.append(
                        true,
                        PROMISE,
                        1_000,
                        () -> {
                          inside.countDown();
                          return on.getCount() == 0;
                        });
                  } catch (IOException e) {
                    throw new IllegalStateException(e);
                  }
                });
    assertThat(inside.await(10, TimeUnit.SECONDS)).isTrue();
    append.join();
    assertThat(vote(false, 1_050)).isEqualTo("refused");
  }

  private String vote(boolean handedOver, long now) throws IOException {
    return guard.vote(handedOver, now, () -> "voted", () -> "refused");
  }
}
