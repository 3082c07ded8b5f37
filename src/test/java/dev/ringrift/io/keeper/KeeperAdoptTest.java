package dev.ringrift.io.keeper;

import static dev.ringrift.io.keeper.KeeperRig.id;
import static dev.ringrift.io.keeper.KeeperRig.script;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.agent.AttemptReport;
import dev.ringrift.agent.AttemptReport.State;
import dev.ringrift.io.journal.Journal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a new keeper makes of what an earlier one left.
class KeeperAdoptTest {
  @TempDir Path data;
  private KeeperRig rig;

  @AfterEach
  void close() throws Exception {
    if (rig != null) {
      rig.close();
    }
  }

  @Test
  void whatIsFoundOfEachAttemptDecidesWhatBecomesOfIt() throws Exception {
    Path ran = data.resolve("ran");
    String here = ProcId.bootId();
    journal(
        List.of(
            // 1 ran before the machine was restarted.
            new Entry.Ordered(script(1, "true"), "another boot"),
            new Entry.Launched(id(1), 1, false, 1, 1),
            // 2 was about to be started, and its shell never began.
            new Entry.Ordered(script(2, "echo 2 >>" + ran), here),
            new Entry.Launched(id(2), 1, false, 1, 1),
            // 3 began, and its shell was killed.
            new Entry.Ordered(script(3, "echo 3 >>" + ran), here),
            new Entry.Launched(id(3), 1, false, 1, 1),
            // 4 ended while there was no keeper.
            new Entry.Ordered(script(4, "echo 4 >>" + ran), here),
            new Entry.Launched(id(4), 1, false, 1, 1),
            // 5 was ordered and not begun.
            new Entry.Ordered(script(5, "echo 5 >>" + ran), here),
            // 6 was being ended.
            new Entry.Ordered(script(6, "echo 6 >>" + ran), here),
            new Entry.Launched(id(6), 1, false, 1, 1),
            new Entry.Ending(id(6), State.CANCELLED, "unwanted")));
    for (int i = 1; i <= 6; i++) {
      Files.createDirectories(data.resolve("attempts/%s/work".formatted(id(i))));
    }
    claim(3);
    claim(4);
    claim(6);
    Files.writeString(data.resolve("attempts/4.0.1/exit.1"), "9\n");
    Files.writeString(data.resolve("attempts/6.0.1/exit.1"), "143\n");
    rig = new KeeperRig(data);
    assertEnd(1, State.LOST, 0, "the machine was restarted");
    assertEnd(2, State.SUCCEEDED, 0, "");
    assertEnd(3, State.FAILED, 0, "its exit code is not known: its shell was killed");
    assertEnd(4, State.FAILED, 9, "exit code 9");
    assertEnd(5, State.SUCCEEDED, 0, "");
    assertEnd(6, State.CANCELLED, 143, "unwanted");
    assertThat(Files.readAllLines(ran)).containsExactlyInAnyOrder("2", "5");
  }

  @Test
  void withoutItsJournalWhatRunsIsEndedBeforeAnythingElseIsDone() throws Exception {
    rig = new KeeperRig(data);
    rig.client().start(script(1, "setsid sleep 1000 & echo ready; sleep 1001"));
    rig.awaitRunning(1);
    rig.until(() -> ProcessTable.members(0, rig.folder(1)).size() >= 4);
    ProcessHandle keeper = ProcessHandle.of(rig.keeper()).orElseThrow();
    rig.dropAgent();
    keeper.destroyForcibly();
    rig.until(() -> !keeper.isAlive());
    Files.delete(data.resolve("run/keeper.journal"));
    rig.newAgent();
    rig.awaitWhole();
    assertThat(ProcessTable.members(0, rig.folder(1))).isEmpty();
    assertThat(rig.log()).contains("1.0.1: runs, and the journal does not know it: it is ended");
    rig.client().start(script(1, "true"));
    assertThat(rig.awaitEnd(1).state()).as("it is not run twice").isEqualTo(State.LOST);
    assertThat(rig.awaitEnd(1).reason()).contains("it has run on this node before");
  }

  @Test
  void aShellThatComesLateDoesNotRunWhatWasForestalled() throws Exception {
    Path folder = Files.createDirectories(data.resolve("late"));
    Wrapper wrapper = new Wrapper(folder, 1);
    assertThat(wrapper.forestall()).isTrue();
    assertThat(wrapper.forestall()).isTrue();
    Process late =
        wrapper.start(List.of("touch", folder.resolve("ran").toString()), System.getenv(), folder);
    assertThat(late.waitFor()).isEqualTo(125);
    assertThat(folder.resolve("ran")).doesNotExist();
    Wrapper next = new Wrapper(folder, 2);
    next.start(List.of("true"), System.getenv(), folder).waitFor();
    assertThat(next.forestall()).isFalse();
    assertThat(next.exitCode()).hasValue(0);
  }

  @Test
  void aDamagedJournalIsSaidAndLeftAlone() throws Exception {
    journal(List.of(new Entry.Forgotten(id(1)), new Entry.Forgotten(id(2))));
    Path file = data.resolve("run/keeper.journal");
    String damaged = Files.readString(file).replace("1.0.1", "9.0.1");
    Files.writeString(file, damaged);
    KeeperRig broken = new KeeperRig(data);
    broken.until(() -> broken.client().problem().isPresent());
    assertThat(broken.client().problem().orElseThrow().text())
        .contains("keeper.journal is damaged in line 1")
        .contains("checksum");
    broken.dropAgent();
    assertThat(file).hasContent(damaged);
  }

  @Test
  void aDataFolderWithALongPathHasItsSocketElsewhere() throws Exception {
    Path deep = Files.createDirectories(data.resolve("a".repeat(60)).resolve("b".repeat(60)));
    rig = new KeeperRig(deep);
    rig.client().start(script(1, "exit 4"));
    assertThat(rig.awaitEnd(1).exitCode()).isEqualTo(4);
    assertThat(deep.resolve("run/keeper.sock")).doesNotExist();
  }

  @Test
  void outputBeyondItsBoundLosesItsMiddleAndTheFileItsBlocks() throws Exception {
    Path folder = Files.createDirectories(data.resolve("attempts/1.0.1"));
    Path stdout = folder.resolve("stdout");
    byte[] mib = new byte[1 << 20];
    Arrays.fill(mib, (byte) 'x');
    OutputBound bound = new OutputBound(4 << 20, new KeeperLog(data.resolve("log")));
    try (var out = Files.newOutputStream(stdout)) {
      for (int i = 0; i < 20; i++) {
        out.write(mib);
        bound.enforceAll(data.resolve("attempts"));
      }
    }
    assertThat(data.resolve("log")).doesNotExist();
    assertThat(Files.size(stdout)).isEqualTo(20 << 20);
    assertThat(blocksMib(stdout)).isLessThanOrEqualTo(5);
    String[] hole = Files.readString(folder.resolve("stdout.hole")).strip().split(" ", -1);
    byte[] all = Files.readAllBytes(stdout);
    assertThat(all[Integer.parseInt(hole[0]) - 1]).isEqualTo((byte) 'x');
    assertThat(all[Integer.parseInt(hole[0])]).isZero();
    assertThat(all[Integer.parseInt(hole[1]) - 1]).isZero();
    assertThat(all[Integer.parseInt(hole[1])]).isEqualTo((byte) 'x');
  }

  private static int blocksMib(Path file) throws IOException {
    Process du = new ProcessBuilder("du", "-m", file.toString()).start();
    return Integer.parseInt(
        new String(du.getInputStream().readAllBytes(), StandardCharsets.UTF_8).split("\\s", -1)[0]);
  }

  private void assertEnd(int number, State state, int exitCode, String reason) throws Exception {
    AttemptReport end = rig.awaitEnd(number);
    assertThat(end.state()).as("%s", end).isEqualTo(state);
    assertThat(end.exitCode()).as("%s", end).isEqualTo(exitCode);
    assertThat(end.reason()).isEqualTo(reason);
  }

  private void claim(int number) throws IOException {
    // This process is not the one that made it: it was started at another time.
    String dead =
        "%d (sh) S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 1 0 0"
            .formatted(ProcessHandle.current().pid());
    Files.writeString(data.resolve("attempts/%s/claim.1".formatted(id(number))), dead + "\n");
  }

  private void journal(List<Entry> entries) throws IOException {
    Files.createDirectories(data.resolve("run"));
    try (Journal<Entry> journal = KeeperMain.open(data.resolve("run/keeper.journal"))) {
      journal.append(entries);
    }
  }
}
