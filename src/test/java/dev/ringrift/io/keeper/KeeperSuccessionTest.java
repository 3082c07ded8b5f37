package dev.ringrift.io.keeper;

import static dev.ringrift.io.keeper.KeeperRig.id;
import static dev.ringrift.io.keeper.KeeperRig.script;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.agent.AttemptReport;
import dev.ringrift.agent.AttemptReport.State;
import dev.ringrift.agent.StartOrder;
import dev.ringrift.io.clock.SystemClock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A keeper that an upgraded agent finds, and the one that takes over from it.
class KeeperSuccessionTest {
  private static final Duration LEASE = Duration.ofSeconds(60);
  private static final String FOREVER = "while :; do sleep 0.1; done";

  @TempDir Path data;
  private final SystemClock clock = new SystemClock();
  private KeeperRig rig;

  @AfterEach
  void close() throws Exception {
    if (rig != null) {
      rig.close();
    }
  }

  @Test
  void anotherBuildTakesOverAndNoJobNotices() throws Exception {
    rig = new KeeperRig(data, "one");
    Path ran = data.resolve("ran");
    Path gate = data.resolve("go");
    rig.client()
        .start(
            script(
                1,
                "echo x >>%s; until [ -e %s ]; do sleep 0.05; done; exit 7".formatted(ran, gate)));
    rig.awaitRunning(1);
    long old = upgrade("two");
    assertThat(rig.log()).contains("takes over");
    assertThat(rig.awaitRunning(1).state()).isEqualTo(State.RUNNING);
    Files.createFile(gate);
    AttemptReport end = rig.awaitEnd(1);
    assertThat(end.exitCode()).isEqualTo(7);
    assertThat(Files.readAllLines(ran)).containsExactly("x");
    assertThat(ProcessHandle.of(old).filter(ProcessHandle::isAlive)).isEmpty();
  }

  @Test
  void aKeeperOfTheSameBuildStays() throws Exception {
    rig = new KeeperRig(data, "one");
    long keeper = rig.keeper();
    rig.dropAgent();
    rig.newAgent("one");
    rig.awaitWhole();
    rig.client().start(script(1, "exit 3"));
    assertThat(rig.awaitEnd(1).exitCode()).isEqualTo(3);
    assertThat(rig.keeper()).isEqualTo(keeper);
    assertThat(rig.log()).doesNotContain("hands over");
  }

  @Test
  void whoTakesOverEnforcesTheLeases() throws Exception {
    rig = new KeeperRig(data, "one");
    lease(1, LEASE);
    rig.client().start(exclusive(1));
    rig.awaitRunning(1);
    upgrade("two");
    lease(1, Duration.ofMillis(300));
    AttemptReport end = rig.awaitEnd(1);
    assertThat(end.state()).isEqualTo(State.LOST);
    assertThat(end.reason()).isEqualTo(Ending.LEASE_OVER);
  }

  @Test
  void aKeeperStaysUntilALeaseThatRunsOutIsEnforced() throws Exception {
    rig = new KeeperRig(data, "one");
    long old = rig.keeper();
    lease(1, Duration.ofSeconds(4));
    rig.client().start(exclusive(1));
    rig.awaitRunning(1);
    upgrade("two");
    assertThat(rig.awaitEnd(1).reason()).isEqualTo(Ending.LEASE_OVER);
    String log = rig.log();
    assertThat(log.indexOf(Ending.LEASE_OVER))
        .as("the old keeper, %d, ends it and leaves then: %s", old, log)
        .isBetween(log.indexOf("hands over"), log.indexOf("takes over"));
  }

  private void lease(int number, Duration span) {
    rig.client().extendLease(id(number), clock.bootNanos() + span.toNanos());
  }

  private static StartOrder exclusive(int number) {
    return KeeperRig.order(number, "", "", 0, Duration.ZERO, LEASE, List.of("sh", "-c", FOREVER));
  }

  /// Starts the agent of another build; the keeper of that build is at work when this returns.
  ///
  /// @return the keeper before
  private long upgrade(String build) throws Exception {
    long old = rig.keeper();
    rig.dropAgent();
    rig.newAgent(build);
    rig.until(() -> rig.client().keeperPid() != 0 && rig.client().keeperPid() != old);
    return old;
  }
}
