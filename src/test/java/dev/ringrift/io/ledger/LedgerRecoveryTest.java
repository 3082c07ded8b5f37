package dev.ringrift.io.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringrift.agent.port.Ledger.Proposal;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.UserError;
import dev.ringrift.core.jobs.JobSpec;
import dev.ringrift.core.ledger.ClusterState;
import dev.ringrift.core.ledger.Command;
import dev.ringrift.core.ledger.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LedgerRecoveryTest {
  private static final NodeId A = new NodeId("a");
  private static final NodeId B = new NodeId("b");
  private static final NodeId C = new NodeId("c");

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
  void oneVoterThatIsLeftGoesOnWithAllThatItHadAndAHigherEpoch() {
    lab = RatisLab.start(3);
    RatisConformanceTest.fill(lab, 80);
    lab.await("c to have it", () -> jobs(C) == 80);
    lab.nodes().forEach(lab::kill);
    lab.buried(C);

    LedgerRecovery recovery = LedgerRecovery.read(lab.folder(C), RatisLab.CLUSTER, C);
    assertThat(recovery.kept().members()).containsExactly(A, B, C);
    assertThat(recovery.kept().index()).isGreaterThan(80);
    assertThat(recovery.state().lastJobId()).isEqualTo(80);
    LedgerRecovery.Kept kept = recovery.rewrite(new Command.RaiseEpoch(2, "lost a and b", 5));
    assertThat(kept.epoch()).isEqualTo(2);

    lab.restart(C);
    lab.await("c to lead alone", () -> lab.ledger(C).standing().mayAct());
    assertThat(lab.ledger(C).standing().term()).isGreaterThan(kept.term());
    assertThat(lab.ledger(C).members()).containsExactly(C);
    long epoch = lab.ledger(C).read(ClusterState::epoch);
    assertThat(epoch).isEqualTo(2);
    assertThat(RatisConformanceTest.commitOn(lab, C, submit("key1")))
        .isEqualTo(new Outcome.Done(1));
    assertThat(RatisConformanceTest.commitOn(lab, C, submit("new")))
        .isEqualTo(new Outcome.Done(81));

    // The lost ones were not lost: they lead on among themselves, under the old epoch, and neither
    // group takes anything from the other.
    lab.restart(A);
    lab.restart(B);
    lab.await("a or b to lead", () -> mayAct(A) || mayAct(B));
    NodeId old = mayAct(A) ? A : B;
    assertThat(RatisConformanceTest.ask(lab, old, submit("old")))
        .isInstanceOf(Proposal.Committed.class);
    assertThat(lab.ledger(C).standing().mayAct()).isTrue();
    assertThat(jobs(C)).isEqualTo(81);
    long oldEpoch = lab.ledger(old).read(ClusterState::epoch);
    assertThat(oldEpoch).isEqualTo(1);
  }

  @Test
  void aVoterThatHasForgottenAPartSaysHowMuchAndCanBeGoneOnFrom() throws IOException {
    lab = RatisLab.buriedWithALog(100);
    try (Stream<Path> files = Files.walk(lab.folder(A))) {
      for (Path log : files.filter(f -> f.getFileName().toString().startsWith("log_")).toList()) {
        Files.delete(log);
      }
    }
    assertThatThrownBy(() -> lab.restart(A)).hasMessageContaining("has forgotten a part");
    LedgerRecovery recovery = LedgerRecovery.read(lab.folder(A), RatisLab.CLUSTER, A);
    assertThat(recovery.kept().forgotten()).isPositive();
    recovery.rewrite(new Command.RaiseEpoch(2, "no log", 5));
    lab.restart(A);
    lab.await("a to lead", () -> mayAct(A));
    assertThat(jobs(A)).isBetween(50L, 100L);
  }

  @Test
  void theEpochMustRise() {
    lab = RatisLab.start(1);
    RatisConformanceTest.commitOn(lab, A, submit("k"));
    lab.kill(A);
    lab.buried(A);
    LedgerRecovery recovery = LedgerRecovery.read(lab.folder(A), RatisLab.CLUSTER, A);
    assertThatThrownBy(() -> recovery.rewrite(new Command.RaiseEpoch(1, "no", 5)))
        .isInstanceOfSatisfying(
            UserError.class, e -> assertThat(e.mend()).isEqualTo("use epoch 2"));
    lab.restart(A);
    lab.await("all as before", () -> lab.ledger(A).standing().mayAct());
    assertThat(jobs(A)).isEqualTo(1);
  }

  private boolean mayAct(NodeId node) {
    return lab.ledger(node).standing().mayAct();
  }

  private long jobs(NodeId node) {
    return lab.ledger(node).read(ClusterState::lastJobId);
  }

  private static Command submit(String key) {
    return new Command.Submit(key, JobSpec.of(key, List.of("true")), "test", 1);
  }
}
