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
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// One keeper for all tests; each has attempts of its own.
class KeeperTest {
  private static final Duration NONE = Duration.ZERO;

  @TempDir static Path data;
  private static KeeperRig rig;

  @BeforeAll
  static void open() {
    rig = new KeeperRig(data);
  }

  @AfterAll
  static void close() throws Exception {
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
    rig.client().start(order(11, "", "", 0, NONE, NONE, List.of("/no/such/program")));
    rig.client().start(order(12, "", "", 0, NONE, NONE, List.of("no-such-program")));
    rig.client().start(order(13, "", "", 0, NONE, NONE, List.of(plain.toString())));
    rig.client().start(order(14, "", "/no/such/folder", 0, NONE, NONE, List.of("true")));
    rig.client().start(order(15, "", "", Integer.MAX_VALUE, NONE, NONE, List.of("true")));
    rig.client().start(order(16, "exit 7", "", 0, NONE, NONE, List.of("true")));
    rig.client().start(order(17, "", "", 0, NONE, NONE, List.of(orphan.toString())));
    rig.client().start(order(18, "", "", 0, NONE, NONE, List.of("/tmp")));
    assertThat(rig.awaitEnd(11).reason()).isEqualTo("cannot start /no/such/program: no such file");
    assertThat(rig.awaitEnd(12).reason())
        .isEqualTo("cannot start no-such-program: no such program in PATH");
    assertThat(rig.awaitEnd(13).reason()).endsWith("permission denied");
    assertThat(rig.awaitEnd(14).reason())
        .isEqualTo("the working folder /no/such/folder does not exist on this node");
    assertThat(rig.awaitEnd(15).reason()).startsWith("it was not started: the disk is full");
    assertThat(rig.awaitEnd(16).reason()).isEqualTo("setup failed with exit code 7");
    assertThat(rig.awaitEnd(16).exitCode()).isEqualTo(7);
    assertThat(rig.awaitEnd(17).reason()).contains("its interpreter /no/such/shell");
    assertThat(rig.awaitEnd(18).reason()).contains("it is a folder");
    for (int i = 11; i <= 18; i++) {
      assertThat(rig.awaitEnd(i).state()).isEqualTo(i == 15 ? State.LOST : State.FAILED);
    }
  }

  @Test
  void aStartBelowTheFloorOfTheDiskIsNotTheJobsFailure(@TempDir Path full) throws Exception {
    int freeMib = (int) (Files.getFileStore(full).getUsableSpace() >> 20);
    KeeperRig refusing = new KeeperRig(full, KeeperRig.SETTINGS.withDiskFloorMib(freeMib * 2));
    try {
      refusing.client().start(script(1, "exit 3"));
      AttemptReport end = refusing.awaitEnd(1);
      assertThat(end.state()).as("LOST costs no try").isEqualTo(State.LOST);
      assertThat(end.reason()).endsWith("below %d MiB nothing is started".formatted(freeMib * 2));
      assertThat(refusing.folder(1).resolve("claim.1")).doesNotExist();
    } finally {
      refusing.close();
    }
  }

  @Test
  void aKeeperThatNeverAnswersIsEndedByItsFolder(@TempDir Path still) throws Exception {
    KeeperRig stopped = new KeeperRig(still);
    ProcessHandle keeper = ProcessHandle.of(stopped.keeper()).orElseThrow();
    new ProcessBuilder("kill", "-STOP", "" + keeper.pid()).start().waitFor();
    stopped.dropAgent();
    stopped.newAgent();
    stopped.client().endAll("taken down", Duration.ofSeconds(1));
    assertThat(stopped.client().awaitEnd(Duration.ofMillis(300))).isFalse();
    assertThat(stopped.client().keeperPid()).isZero();
    stopped.client().endNow();
    keeper.onExit().get(10, TimeUnit.SECONDS);
    stopped.client().close();
    assertThat(rig.keeper()).as("the keeper of another folder").isPositive();
  }

  @Test
  void setupRunsFirstInTheSameFolder() throws Exception {
    rig.client()
        .start(
            order(
                21,
                "printf '#!/bin/sh\\necho made by setup' >tool; chmod +x tool",
                "",
                0,
                NONE,
                NONE,
                List.of("./tool")));
    assertThat(rig.awaitEnd(21).state()).isEqualTo(State.SUCCEEDED);
    assertThat(rig.stdout(21)).isEqualTo("made by setup\n");
  }

  @Test
  void stopEndsTheWholeTreeAndItsStubbornMembers() throws Exception {
    rig.client()
        .start(
            script(
                31,
                "trap '' TERM; sh -c 'sleep 1000 & setsid sleep 1001 & wait' & "
                    + "echo ready; while :; do sleep 1000; done"));
    rig.awaitRunning(31);
    rig.until(() -> Files.exists(rig.folder(31).resolve("stdout")) && marked(31).size() >= 4);
    rig.client().stop(id(31), "no longer wanted", Duration.ofMillis(100));
    AttemptReport end = rig.awaitEnd(31);
    assertThat(end.state()).isEqualTo(State.CANCELLED);
    assertThat(end.reason()).isEqualTo("no longer wanted");
    assertThat(marked(31)).isEmpty();
  }

  @Test
  void whatAProgramLeavesBehindIsEnded() throws Exception {
    rig.client().start(script(41, "setsid sleep 1000 & sleep 1001 & exit 0"));
    assertThat(rig.awaitEnd(41).state()).isEqualTo(State.SUCCEEDED);
    assertThat(marked(41)).isEmpty();
  }

  @Test
  void anAttemptIsNeverRunTwice() throws Exception {
    Path ran = data.resolve("ran5");
    rig.client().start(script(51, "echo x >>" + ran));
    rig.awaitEnd(51);
    rig.client().start(script(51, "echo x >>" + ran));
    rig.client().forget(id(51));
    // Once its folder is gone, only the mark in the journal says that it ran.
    rig.until(() -> !Files.exists(rig.folder(51)));
    rig.client().start(script(51, "echo x >>" + ran));
    rig.client().stop(id(52), "late", NONE);
    rig.client().start(script(52, "echo x >>" + ran));
    rig.killKeeper();
    rig.client().start(script(51, "echo x >>" + ran));
    rig.client().start(script(52, "echo x >>" + ran));
    rig.client().start(script(53, "true"));
    rig.awaitEnd(53);
    assertThat(rig.awaitEnd(52).state()).isEqualTo(State.CANCELLED);
    assertThat(ran).hasContent("x\n");
  }

  @Test
  void aKilledKeeperIsReplacedAndTheJobAndItsExitCodeAreNotLost() throws Exception {
    Path ran = data.resolve("ran6");
    Path go = data.resolve("go6");
    String script =
        "echo x >>%s; while [ ! -e %s ]; do sleep 0.05; done; exit 5".formatted(ran, go);
    rig.client().start(script(61, script));
    rig.client().start(script(62, script));
    rig.awaitRunning(61);
    rig.awaitRunning(62);
    rig.until(() -> size(ran) == 4);
    rig.killKeeper();
    rig.awaitWhole();
    assertThat(rig.awaitRunning(61).state()).isEqualTo(State.RUNNING);
    Files.createFile(go);
    assertThat(rig.awaitEnd(61).exitCode()).isEqualTo(5);
    assertThat(rig.awaitEnd(62).exitCode()).isEqualTo(5);
    assertThat(ran).hasContent("x\nx\n");
  }

  @Test
  void aJobOutlivesItsAgentAndIsReportedToTheNext() throws Exception {
    Path go = data.resolve("go7");
    rig.client().start(script(71, "while [ ! -e %s ]; do sleep 0.05; done; exit 6".formatted(go)));
    rig.awaitRunning(71);
    rig.dropAgent();
    Files.createFile(go);
    rig.until(() -> Files.exists(rig.folder(71).resolve("ended.json")));
    rig.newAgent();
    rig.awaitWhole();
    assertThat(rig.awaitEnd(71).exitCode()).isEqualTo(6);
  }

  @Test
  void aTimeoutAndALeaseEndAnAttempt() throws Exception {
    rig.awaitWhole();
    long now = new SystemClock().bootNanos();
    rig.client()
        .start(order(81, "", "", 0, Duration.ofMillis(200), NONE, List.of("sleep", "1000")));
    rig.client().extendLease(id(82), now + 1_000_000_000L);
    rig.client().start(order(82, "", "", 0, NONE, Duration.ofSeconds(9), List.of("sleep", "1000")));
    rig.client().start(order(83, "", "", 0, NONE, Duration.ofSeconds(9), List.of("true")));
    AttemptReport late = rig.awaitEnd(81);
    assertThat(late.state()).isEqualTo(State.FAILED);
    assertThat(late.reason()).isEqualTo("timed out after 0.2s");
    AttemptReport over = rig.awaitEnd(82);
    assertThat(over.state()).as("no failure of the job").isEqualTo(State.LOST);
    assertThat(over.reason()).isEqualTo("its lease ran out");
    assertThat(new SystemClock().bootNanos()).isGreaterThan(now + 1_000_000_000L);
    // Without a lease an exclusive attempt is not begun.
    assertThat(rig.await(83, report -> true).state()).isEqualTo(State.PREPARING);
    assertThat(rig.folder(83)).doesNotExist();
    rig.client().extendLease(id(83), now + 60_000_000_000L);
    assertThat(rig.awaitEnd(83).state()).isEqualTo(State.SUCCEEDED);
  }

  private static long size(Path file) {
    try {
      return Files.exists(file) ? Files.size(file) : 0;
    } catch (IOException e) {
      return 0;
    }
  }

  private static List<Long> marked(int number) {
    return ProcessTable.members(0, rig.folder(number));
  }
}
