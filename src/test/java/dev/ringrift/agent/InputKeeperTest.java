package dev.ringrift.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.agent.data.FetchReport;
import dev.ringrift.agent.data.JobInput;
import dev.ringrift.core.data.Content;
import dev.ringrift.core.data.ObjectId;
import dev.ringrift.core.jobs.AttemptId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InputKeeperTest {
  private static final ObjectId A = DataDeskTest.A;
  private static final AttemptId ID = AttemptId.of(1, 0, 1);

  private final ScriptedKeeper inner = new ScriptedKeeper();
  private final ScriptedDepot depot = new ScriptedDepot();
  private final ScriptedClock clock = new ScriptedClock();
  private final InputKeeper keeper = new InputKeeper(inner, depot, clock);

  private static StartOrder order(Duration lease) {
    JobInput input =
        new JobInput(new Content(A, 10, A.hash()), "models/a", "a", JobInput.How.LINK, "");
    return new StartOrder(
        ID,
        "job",
        List.of("true"),
        "",
        Map.of(),
        "",
        List.of(),
        1,
        0,
        Duration.ZERO,
        lease,
        List.of(input),
        "");
  }

  @Test
  void anAttemptStartsWhenItsFileIsHereAndIsBeingPreparedUntilThen() {
    keeper.start(order(Duration.ZERO));
    keeper.start(order(Duration.ZERO));
    assertThat(inner.take()).isEmpty();
    assertThat(depot.ordered).hasSize(1);
    AttemptReport report = keeper.preparing().getFirst();
    assertThat(report.state()).isEqualTo(AttemptReport.State.PREPARING);
    assertThat(report.reason()).isEqualTo("fetches models/a");
    depot.hold(A);
    assertThat(keeper.tick()).isEmpty();
    assertThat(inner.take()).containsExactly("start 1.0.1");
    assertThat(inner.started.getFirst().inputs().getFirst().source()).isEqualTo("/store/" + A);
    assertThat(keeper.preparing()).isEmpty();
    assertThat(depot.used).as("counts for what goes first").containsExactly(A);
  }

  @Test
  void oneThatIsNoLongerWantedDoesNotStart() {
    keeper.start(order(Duration.ZERO));
    keeper.stop(ID, "no longer wanted", Duration.ZERO);
    depot.hold(A);
    keeper.tick();
    assertThat(inner.take()).containsExactly("stop 1.0.1");
  }

  @Test
  void withoutItsFilesForLongItFails() {
    depot.fetches = List.of(ScriptedDepot.report(A, "", FetchReport.State.FAILED));
    keeper.start(order(Duration.ZERO));
    keeper.tick();
    clock.pass(InputKeeper.PREPARING_MAX.minusSeconds(1));
    assertThat(keeper.tick()).isEmpty();
    clock.pass(Duration.ofSeconds(1));
    AttemptReport report = keeper.tick().getFirst();
    assertThat(report.state()).isEqualTo(AttemptReport.State.FAILED);
    assertThat(report.reason()).contains("models/a");
  }

  @Test
  void whileItsFilesComeItIsWaitedForHoweverLong() {
    keeper.start(order(Duration.ZERO));
    for (int done = 1; done <= 9; done++) {
      depot.fetches =
          List.of(
              new FetchReport(A, "", FetchReport.State.FETCHING, 10, done, done, 1, List.of(), ""));
      assertThat(keeper.tick()).isEmpty();
      clock.pass(InputKeeper.PREPARING_MAX.minusSeconds(1));
      assertThat(keeper.tick()).isEmpty();
    }
    clock.pass(Duration.ofSeconds(1));
    assertThat(keeper.tick()).hasSize(1);
  }

  @Test
  void anExclusiveOneDoesNotStartAfterItsLease() {
    keeper.start(order(Duration.ofSeconds(30)));
    keeper.extendLease(ID, clock.bootNanos() + Duration.ofSeconds(40).toNanos());
    clock.pass(Duration.ofSeconds(35));
    keeper.tick();
    assertThat(keeper.preparing()).hasSize(1);
    clock.pass(Duration.ofSeconds(5));
    depot.hold(A);
    keeper.tick();
    assertThat(inner.take()).containsExactly("lease 1.0.1");
  }
}
