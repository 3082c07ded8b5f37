package dev.ringrift.io.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringrift.agent.port.Ledger.Proposal;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.Role;
import dev.ringrift.core.UserError;
import dev.ringrift.core.jobs.JobSpec;
import dev.ringrift.core.ledger.ClusterState;
import dev.ringrift.core.ledger.Command;
import dev.ringrift.core.ledger.Outcome;
import dev.ringrift.io.ledger.RatisLedger.Birth;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What only the real ledger has: folders, groups that grow, a server that closes itself.
class RatisLedgerTest {
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
  void aGroupGrowsOneByOneAndShrinksToAVoterThatDidNotFoundIt() {
    lab = RatisLab.start(3);
    commit(A, "one");
    lab.await("all to have it", () -> jobs(B) == 1 && jobs(C) == 1);
    assertThat(lab.ledger(C).members()).containsExactly(A, B, C);

    lab.grow(List.of(B));
    lab.await("b to lead alone", () -> lab.ledger(B).standing().mayAct());
    assertThat(lab.ledger(B).members()).containsExactly(B);
    assertThat(commit(B, "two")).isEqualTo(new Outcome.Done(2));
    assertThat(lab.ledger(A).standing().leading()).isFalse();

    lab.grow(List.of(A, B));
    lab.await("a to be back", () -> jobs(A) == 2);
  }

  @Test
  void aWipedVoterIsCountedOnlyAfterItWasTakenOutAndAdded() throws IOException {
    lab = RatisLab.start(3);
    commit(leader(), "one");
    NodeId lost = leader().equals(B) ? C : B;
    String folder = lab.ledger(leader()).folderOf(lost).join();
    lab.kill(lost);
    lab.buried(lost);
    Files.move(lab.folder(lost), lab.folder(new NodeId("gone")));
    assertThatThrownBy(() -> lab.open(lost, Birth.RESUME))
        .isInstanceOfSatisfying(
            UserError.class,
            e -> {
              assertThat(e.what()).contains("the ledger of voter " + lost + " is missing");
              assertThat(e.mend()).contains("ringrift cluster voters remove " + lost);
            });

    lab.open(lost, Birth.JOIN);
    assertThat(lab.ledger(leader()).folderOf(lost).join()).isNotEqualTo(folder);
    NodeId leader = leader();
    lab.nodes().stream().filter(n -> !n.equals(leader) && !n.equals(lost)).forEach(lab::isolate);
    lab.await("it to see that it has no majority", () -> !lab.ledger(leader).standing().mayAct());
    assertThat(propose(leader, "two")).isNotInstanceOf(Proposal.Committed.class);
    assertThat(lab.ledger(lost).standing().term()).isZero();
    lab.heal();

    lab.grow(lab.nodes().stream().filter(n -> !n.equals(lost)).toList());
    lab.grow(lab.nodes());
    commit(leader(), "three");
    lab.await("it to catch up", () -> jobs(lost) == jobs(leader()));
  }

  @Test
  void aLeaderThatIsCutOffActsNoLongerThanItsAuthorityLasts() {
    lab = RatisLab.start(3);
    NodeId old = leader();
    long lastsNanos = Timings.LAN.freshness().toNanos();
    lab.isolate(old);
    long cutNanos = System.nanoTime();
    for (long agoNanos = 0; agoNanos < 2 * lastsNanos; agoNanos = System.nanoTime() - cutNanos) {
      lab.ledger(old).propose(submit("lost" + agoNanos), proposal -> {});
      assertThat(lab.ledger(old).standing().mayAct() && agoNanos > lastsNanos)
          .as("acts %d ns after it was cut off", agoNanos)
          .isFalse();
      lab.pass(Duration.ofMillis(5));
    }
  }

  @Test
  void aVoterThatIsFarBehindGetsASnapshotInPieces() {
    lab = RatisLab.start(3);
    lab.kill(C);
    String large = "x".repeat(700_000);
    for (int i = 0; i < 10; i++) {
      commitOnLeader(new Command.Submit("l" + i, JobSpec.of("l", List.of(large)), "test", 1));
    }
    RatisConformanceTest.fill(lab, 70);
    lab.restart(C);
    lab.await("it to catch up", () -> jobs(C) == 80);
    List<String> run = lab.ledger(C).read(s -> s.job(10).orElseThrow().spec().run());
    assertThat(run).containsExactly(large);
    lab.kill(C);
    lab.restart(C);
    lab.await("it to go on from there", () -> jobs(C) == 80);
  }

  @Test
  void aServerThatClosedItselfIsOpenedAgain() {
    lab = RatisLab.start(1);
    commit(A, "one");
    lab.ledger(A).watched().server().division().close();
    lab.await("it to lead again", () -> lab.ledger(A).standing().mayAct());
    assertThat(commit(A, "two")).isEqualTo(new Outcome.Done(2));
    assertThat(lab.ledger(A).trouble()).isEmpty();
  }

  @Test
  void twoAgentsCannotHaveOneFolder() {
    lab = RatisLab.start(1);
    RatisLedger.Settings settings =
        RatisLedger.Settings.of(lab.folder(A), RatisLab.CLUSTER, A, Birth.RESUME);
    assertThatThrownBy(
            () ->
                RatisLedger.open(settings, new LabNetwork().join(A, Role.VOTER), new SystemClock()))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("is in use");
    assertThat(commit(A, "one")).isEqualTo(new Outcome.Done(1));
  }

  @Test
  void onlyVotersMaySpeakAndOnlyAsThemselves() {
    lab = RatisLab.start(1);
    byte[] hello = new Frame(Frame.Kind.HELLO, new byte[0]).bytes();
    LabNetwork.Link worker = lab.network.join(B, Role.WORKER);
    assertThatThrownBy(() -> worker.request(A, Frame.CHANNEL, hello, Duration.ofSeconds(5)).join())
        .hasMessageContaining("b may not speak to the ledger");
    LabNetwork.Link voter = lab.network.join(B, Role.VOTER);
    byte[] answer = voter.request(A, Frame.CHANNEL, hello, Duration.ofSeconds(5)).join();
    assertThat(Frame.read(answer).text()).contains("\"peer\":\"a@");
    byte[] rubbish = new Frame(Frame.Kind.APPEND, new byte[] {9, 9, 9}).bytes();
    byte[] refused = voter.request(A, Frame.CHANNEL, rubbish, Duration.ofSeconds(5)).join();
    assertThat(Frame.read(refused).kind()).isEqualTo(Frame.Kind.FAILED);
  }

  @Test
  void aCommandThatIsTooLargeIsRejectedAndHarmless() {
    lab = RatisLab.start(1);
    commit(A, "one");
    JobSpec large = JobSpec.of("l", List.of("x".repeat(RatisSettings.COMMAND_BYTES_MAX)));
    Proposal answer = propose(A, new Command.Submit("large", large, "test", 1));
    assertThat(answer)
        .isInstanceOfSatisfying(
            Proposal.Committed.class,
            c -> assertThat(c.outcome().toString()).contains("more than 1,048,576"));
    assertThat(commit(A, "two")).isEqualTo(new Outcome.Done(2));
  }

  @Test
  void whatWaitsWhenTheLedgerIsClosedIsAnsweredOnce() throws IOException {
    lab = RatisLab.start(3);
    NodeId leader = leader();
    lab.isolate(leader);
    CompletableFuture<Proposal> answer = new CompletableFuture<>();
    lab.ledger(leader)
        .propose(submit("lost"), p -> assertThat(answer.complete(p)).as("first answer").isTrue());
    lab.ledger(leader).close();
    assertThat(answer.orTimeout(10, TimeUnit.SECONDS).join())
        .isNotInstanceOf(Proposal.Committed.class);
  }

  @Test
  void aLedgerCannotBeBornTwice() {
    lab = RatisLab.start(1);
    Path folder = lab.folder(A);
    assertThat(RatisLedger.exists(folder)).isTrue();
    assertThatThrownBy(() -> lab.open(A, Birth.FOUND)).hasMessageContaining("has a ledger already");
    assertThatThrownBy(() -> lab.open(A, Birth.JOIN)).hasMessageContaining("has a ledger already");
    assertThatThrownBy(() -> LedgerFolder.open(folder, "other", A, Birth.RESUME))
        .hasMessageContaining("is the ledger of another cluster");
    assertThatThrownBy(() -> LedgerFolder.open(folder, RatisLab.CLUSTER, B, Birth.RESUME))
        .hasMessageContaining("is the ledger of another node");
  }

  private NodeId leader() {
    return RatisConformanceTest.anyLeader(lab);
  }

  private long jobs(NodeId node) {
    return lab.ledger(node).read(ClusterState::lastJobId);
  }

  private static Command submit(String key) {
    return new Command.Submit(key, JobSpec.of(key, List.of("true")), "test", 1);
  }

  private Proposal propose(NodeId node, String key) {
    return propose(node, submit(key));
  }

  private Proposal propose(NodeId node, Command command) {
    return RatisConformanceTest.ask(lab, node, command);
  }

  private Outcome commit(NodeId node, String key) {
    return RatisConformanceTest.commitOn(lab, node, submit(key));
  }

  private Outcome commitOnLeader(Command command) {
    return RatisConformanceTest.commitOn(lab, leader(), command);
  }
}
