package dev.ringrift.io.keeper;

import static dev.ringrift.io.keeper.KeeperRig.id;
import static dev.ringrift.io.keeper.KeeperRig.order;
import static dev.ringrift.io.keeper.KeeperRig.script;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.agent.AttemptReport;
import dev.ringrift.agent.AttemptReport.State;
import dev.ringrift.io.clock.SystemClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeeperTest {
  private static final Duration NONE = Duration.ZERO;

  @TempDir Path data;
  private KeeperRig rig;

  @BeforeEach
  void open() {
    rig = new KeeperRig(data);
  }

  @AfterEach
  void close() throws InterruptedException {
    rig.close();
  }

  @Test
  void runsAProgramAndKnowsHowItEnded() throws Exception {
    rig.client()
        .start(
            script(
                1,
                "echo $GREETING $RINGRIFT_JOB $RINGRIFT_TASK $RINGRIFT_TASK_COUNT"
                    + " $RINGRIFT_ATTEMPT $RINGRIFT_NODE $CUDA_VISIBLE_DEVICES; echo bad >&2; cat"));
    rig.client().start(script(2, "exit 3"));
    rig.client().start(script(3, "kill -TERM $$"));
    AttemptReport good = rig.awaitEnd(1);
    assertThat(good.state()).isEqualTo(State.SUCCEEDED);
    assertThat(good.startedMillis()).isPositive();
    assertThat(good.endedMillis()).isGreaterThanOrEqualTo(good.startedMillis());
    assertThat(rig.stdout(1)).isEqualTo("hello 1 0 5 1 w1 1,3\n");
    assertThat(rig.folder(1).resolve("stderr")).hasContent("bad\n");
    AttemptReport bad = rig.awaitEnd(2);
    assertThat(bad.state()).isEqualTo(State.FAILED);
    assertThat(bad.exitCode()).isEqualTo(3);
    assertThat(bad.reason()).isEqualTo("exit code 3");
    assertThat(rig.awaitEnd(3).exitCode()).isEqualTo(128 + 15);
  }

  @Test
  void saysInWordsWhyAnAttemptCannotBeStarted() throws Exception {
    Path plain = Files.writeString(data.resolve("plain"), "#!/bin/sh\n");
    Path orphan = Files.writeString(data.resolve("orphan"), "#!/no/such/shell\n");
    assertThat(orphan.toFile().setExecutable(true)).isTrue();
    rig.client().start(order(1, "", "", 0, NONE, NONE, List.of("/no/such/program")));
    rig.client().start(order(2, "", "", 0, NONE, NONE, List.of("no-such-program")));
    rig.client().start(order(3, "", "", 0, NONE, NONE, List.of(plain.toString())));
    rig.client().start(order(4, "", "/no/such/folder", 0, NONE, NONE, List.of("true")));
    rig.client().start(order(5, "", "", Integer.MAX_VALUE, NONE, NONE, List.of("true")));
    rig.client().start(order(6, "exit 7", "", 0, NONE, NONE, List.of("true")));
    rig.client().start(order(7, "", "", 0, NONE, NONE, List.of(orphan.toString())));
    rig.client().start(order(8, "", "", 0, NONE, NONE, List.of("/tmp")));
    assertThat(rig.awaitEnd(1).reason()).isEqualTo("cannot start /no/such/program: no such file");
    assertThat(rig.awaitEnd(2).reason())
        .isEqualTo("cannot start no-such-program: no such program in PATH");
    assertThat(rig.awaitEnd(3).reason()).endsWith("permission denied");
    assertThat(rig.awaitEnd(4).reason())
        .isEqualTo("the working folder /no/such/folder does not exist on this node");
    assertThat(rig.awaitEnd(5).reason()).startsWith("the disk is full");
    assertThat(rig.awaitEnd(6).reason()).isEqualTo("setup failed with exit code 7");
    assertThat(rig.awaitEnd(6).exitCode()).isEqualTo(7);
    assertThat(rig.awaitEnd(7).reason()).contains("its interpreter /no/such/shell");
    assertThat(rig.awaitEnd(8).reason()).contains("it is a folder");
    for (int i = 1; i <= 8; i++) {
      assertThat(rig.awaitEnd(i).state()).isEqualTo(State.FAILED);
    }
  }

  @Test
  void setupRunsFirstInTheSameFolder() throws Exception {
    rig.client()
        .start(
            order(
                1,
                "printf '#!/bin/sh\\necho made by setup' >tool; chmod +x tool",
                "",
                0,
                NONE,
                NONE,
                List.of("./tool")));
    assertThat(rig.awaitEnd(1).state()).isEqualTo(State.SUCCEEDED);
    assertThat(rig.stdout(1)).isEqualTo("made by setup\n");
  }

  @Test
  void stopEndsTheWholeTreeAndItsStubbornMembers() throws Exception {
    rig.client()
        .start(
            script(
                1,
                "trap '' TERM; sh -c 'sleep 1000 & setsid sleep 1001 & wait' & "
                    + "echo ready; while :; do sleep 1000; done"));
    rig.awaitRunning(1);
    rig.until(() -> Files.exists(rig.folder(1).resolve("stdout")) && marked().size() >= 4);
    rig.client().stop(id(1), "no longer wanted", Duration.ofMillis(100));
    AttemptReport end = rig.awaitEnd(1);
    assertThat(end.state()).isEqualTo(State.CANCELLED);
    assertThat(end.reason()).isEqualTo("no longer wanted");
    assertThat(marked()).isEmpty();
  }

  @Test
  void whatAProgramLeavesBehindIsEnded() throws Exception {
    rig.client().start(script(1, "setsid sleep 1000 & sleep 1001 & exit 0"));
    assertThat(rig.awaitEnd(1).state()).isEqualTo(State.SUCCEEDED);
    assertThat(marked()).isEmpty();
  }

  @Test
  void anAttemptIsNeverRunTwice() throws Exception {
    Path ran = data.resolve("ran");
    rig.client().start(script(1, "echo x >>" + ran));
    rig.awaitEnd(1);
    rig.client().start(script(1, "echo x >>" + ran));
    rig.client().forget(id(1));
    rig.client().start(script(1, "echo x >>" + ran));
    rig.client().stop(id(2), "late", NONE);
    rig.client().start(script(2, "echo x >>" + ran));
    rig.killKeeper();
    rig.client().start(script(1, "echo x >>" + ran));
    rig.client().start(script(2, "echo x >>" + ran));
    rig.client().start(script(3, "true"));
    rig.awaitEnd(3);
    assertThat(rig.awaitEnd(2).state()).isEqualTo(State.CANCELLED);
    assertThat(ran).hasContent("x\n");
    rig.until(() -> !Files.exists(rig.folder(1)));
  }

  @Test
  void aKilledKeeperIsReplacedAndTheJobAndItsExitCodeAreNotLost() throws Exception {
    Path ran = data.resolve("ran");
    Path go = data.resolve("go");
    String script =
        "echo x >>%s; while [ ! -e %s ]; do sleep 0.05; done; exit 5".formatted(ran, go);
    rig.client().start(script(1, script));
    rig.client().start(script(2, script));
    rig.awaitRunning(1);
    rig.awaitRunning(2);
    rig.until(() -> size(ran) == 4);
    rig.killKeeper();
    rig.awaitWhole();
    assertThat(rig.awaitRunning(1).state()).isEqualTo(State.RUNNING);
    Files.createFile(go);
    assertThat(rig.awaitEnd(1).exitCode()).isEqualTo(5);
    assertThat(rig.awaitEnd(2).exitCode()).isEqualTo(5);
    assertThat(ran).hasContent("x\nx\n");
  }

  @Test
  void aJobOutlivesItsAgentAndIsReportedToTheNext() throws Exception {
    Path go = data.resolve("go");
    rig.client().start(script(1, "while [ ! -e %s ]; do sleep 0.05; done; exit 6".formatted(go)));
    rig.awaitRunning(1);
    rig.dropAgent();
    Files.createFile(go);
    rig.until(() -> Files.exists(rig.folder(1).resolve("ended.json")));
    rig.newAgent();
    rig.awaitWhole();
    assertThat(rig.awaitEnd(1).exitCode()).isEqualTo(6);
  }

  @Test
  void aTimeoutAndALeaseEndAnAttempt() throws Exception {
    rig.awaitWhole();
    long now = new SystemClock().bootNanos();
    rig.client().start(order(1, "", "", 0, Duration.ofMillis(200), NONE, List.of("sleep", "1000")));
    rig.client().extendLease(id(2), now + 1_000_000_000L);
    rig.client().start(order(2, "", "", 0, NONE, Duration.ofSeconds(9), List.of("sleep", "1000")));
    rig.client().start(order(3, "", "", 0, NONE, Duration.ofSeconds(9), List.of("true")));
    AttemptReport late = rig.awaitEnd(1);
    assertThat(late.state()).isEqualTo(State.FAILED);
    assertThat(late.reason()).isEqualTo("timed out after 0.2s");
    AttemptReport over = rig.awaitEnd(2);
    assertThat(over.reason()).isEqualTo("its lease ran out");
    assertThat(new SystemClock().bootNanos()).isGreaterThan(now + 1_000_000_000L);
    // Without a lease an exclusive attempt is not begun.
    assertThat(rig.await(3, report -> true).state()).isEqualTo(State.PREPARING);
    assertThat(rig.folder(3)).doesNotExist();
    rig.client().extendLease(id(3), now + 60_000_000_000L);
    assertThat(rig.awaitEnd(3).state()).isEqualTo(State.SUCCEEDED);
  }

  private static long size(Path file) {
    try {
      return Files.exists(file) ? Files.size(file) : 0;
    } catch (IOException e) {
      return 0;
    }
  }

  private List<Long> marked() {
    return ProcessTable.members(0, rig.folder(1));
  }
}
