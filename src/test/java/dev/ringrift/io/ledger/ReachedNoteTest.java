package dev.ringrift.io.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.core.NodeId;
import dev.ringrift.core.jobs.JobSpec;
import dev.ringrift.core.ledger.ClusterState;
import dev.ringrift.core.ledger.Command;
import dev.ringrift.io.json.Json;
import dev.ringrift.io.ledger.RatisLedger.Birth;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.apache.ratis.server.protocol.TermIndex;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReachedNoteTest {
  private static final NodeId A = new NodeId("a");
  private static final long SECOND = 1_000_000_000;

  @TempDir Path root;
  private RatisLab lab = new RatisLab();

  @AfterEach
  void close() {
    lab.close();
  }

  @AfterAll
  static void closeAll() {
    RatisLab.closeAll();
  }

  @Test
  void itIsWrittenNowAndThenAndNeverGoesBack() throws IOException {
    LedgerFolder folder = LedgerFolder.open(root, RatisLab.CLUSTER, A, Birth.JOIN);
    ReachedNote note = new ReachedNote(folder, 0);
    note.keep(TermIndex.INITIAL_VALUE, 0);
    assertThat(Reached.read(folder)).isEmpty();
    note.keep(TermIndex.valueOf(1, 10), SECOND);
    assertThat(Reached.read(folder)).isEmpty();
    note.keep(TermIndex.valueOf(1, 10), 2 * SECOND);
    assertThat(index(folder)).hasValue(10L);
    note.keep(TermIndex.valueOf(2, 20), 3 * SECOND);
    assertThat(index(folder)).hasValue(10L);
    note.keep(TermIndex.valueOf(2, 30));
    assertThat(index(folder)).hasValue(30L);

    ReachedNote afterAStart = new ReachedNote(folder, 0);
    afterAStart.keep(TermIndex.valueOf(2, 25), 0);
    assertThat(index(folder)).hasValue(30L);
    afterAStart.keep(TermIndex.valueOf(3, 31), 2 * SECOND);
    assertThat(Reached.read(folder)).contains(new Reached(folder.self().folder(), 3, 31));
  }

  @Test
  void oneThatCannotBeWrittenIsTriedAgain() throws IOException {
    Path taken = Files.writeString(root.resolve("ledger"), "a file where the folder belongs");
    LedgerFolder folder = LedgerFolder.open(taken, RatisLab.CLUSTER, A, Birth.JOIN);
    ReachedNote note = new ReachedNote(folder, 0);
    note.keep(TermIndex.valueOf(1, 10));
    Files.delete(taken);
    note.keep(TermIndex.valueOf(1, 10));
    assertThat(index(folder)).hasValue(10L);
  }

  @Test
  void aVoterWritesItWhileItRunsAndWhenItCloses() {
    lab = RatisLab.start(1);
    RatisConformanceTest.fill(lab, 10);
    lab.await("a note", () -> noted(A) >= 10);
    RatisConformanceTest.commitOn(lab, A, submit("last"));
    long applied = lab.ledger(A).watched().server().applied().getIndex();
    lab.kill(A);
    lab.buried(A);
    assertThat(noted(A)).isGreaterThanOrEqualTo(applied);
  }

  /// Snapshots that are taken and installed, logs that are purged, and ends of logs that are
  /// replaced because they were never committed.
  @Test
  void aVoterThatLostNothingIsNeverRefused() {
    lab = RatisLab.start(3);
    Random chance = new Random(7);
    for (int turn = 0; turn < 8; turn++) {
      NodeId leader = RatisConformanceTest.anyLeader(lab);
      NodeId away = lab.nodes().get(chance.nextInt(3));
      if (chance.nextBoolean()) {
        lab.isolate(away);
        for (int i = 0; i < 30; i++) {
          lab.ledger(leader).propose(submit("lost %d %d".formatted(turn, i)), answer -> {});
        }
        write(turn, chance.nextInt(100));
        lab.heal();
      } else {
        lab.kill(away);
        write(turn, chance.nextInt(100));
        lab.restart(away);
      }
    }
    lab.await(
        "all to have all",
        () -> lab.nodes().stream().mapToLong(this::jobs).distinct().count() == 1);
    List<NodeId> all = lab.nodes();
    all.forEach(lab::kill);
    for (NodeId node : all) {
      lab.restart(node);
      assertThat(noted(node)).isGreaterThan(300);
    }
    RatisConformanceTest.anyLeader(lab);
  }

  private void write(int turn, int commands) {
    for (int i = 0; i < commands; i++) {
      NodeId leader = RatisConformanceTest.anyLeader(lab);
      RatisConformanceTest.commitOn(lab, leader, submit("kept %d %d".formatted(turn, i)));
    }
  }

  private long jobs(NodeId node) {
    return lab.ledger(node).read(ClusterState::lastJobId);
  }

  private long noted(NodeId node) {
    Path note = lab.folder(node).resolve("reached.json");
    try {
      return Files.exists(note) ? Json.read(Files.readAllBytes(note), Reached.class).index() : -1;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Optional<Long> index(LedgerFolder folder) throws IOException {
    return Reached.read(folder).map(Reached::index);
  }

  private static Command submit(String key) {
    return new Command.Submit(key, JobSpec.of("job", List.of("true")), "test", 1);
  }
}
