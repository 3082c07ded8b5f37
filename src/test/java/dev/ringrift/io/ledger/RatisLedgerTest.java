package dev.ringrift.io.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringrift.agent.port.Ledger.Proposal;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.Role;
import dev.ringrift.core.UserError;
import dev.ringrift.core.election.ElectionTimings;
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
    long lastsNanos = ElectionTimings.LAN.least().toNanos() / 10 * 9;
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
  void aLeaderKeepsTheLeadWhileDisksAreSlow() {
    lab = RatisLab.start(3);
    NodeId leader = leader();
    lab.await("all to have it", () -> jobs(B) == jobs(A) && jobs(C) == jobs(A));
    long term = lab.ledger(leader).standing().term();
    lab.network.disksTake(ElectionTimings.LAN.most().multipliedBy(3));
    for (int i = 0; i < 4; i++) {
      assertThat(commit(leader, "slow" + i)).isInstanceOf(Outcome.Done.class);
    }
    assertThat(lab.ledger(leader).standing().term()).isEqualTo(term);
    assertThat(lab.ledger(leader).standing().leading()).isTrue();
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
    lab.await("it to be well", () -> lab.ledger(A).trouble().isEmpty());
  }

  @Test
  void aServerWhoseLogCouldNotBeWrittenForAMomentIsWellAgain() {
    lab = RatisLab.start(1);
    commit(A, "one");
    LedgerServer failed = lab.ledger(A).watched().server();
    failed.machine().notifyLogFailed(new IOException("No space left on device"), null);
    lab.await("another to lead", () -> lab.ledger(A).watched().server() != failed);
    lab.await("it to lead again", () -> lab.ledger(A).standing().mayAct());
    lab.await("it to be well", () -> lab.ledger(A).trouble().isEmpty());
  }

  @Test
  void aVoterThatWasTakenOutAndAddedIsWellAgain() {
    lab = RatisLab.start(3);
    commit(leader(), "one");
    NodeId out = leader().equals(C) ? B : C;
    lab.grow(lab.nodes().stream().filter(n -> !n.equals(out)).toList());
    lab.await("it to say that it is out", () -> lab.ledger(out).trouble().isPresent());
    lab.grow(lab.nodes());
    lab.await("it to follow", () -> lab.ledger(out).standing().leader().isPresent());
    lab.await("it to be well", () -> lab.ledger(out).trouble().isEmpty());
  }

  @Test
  void aVoterThatWaitsToBeAddedSaysWhatToDo() {
    lab = RatisLab.start(1);
    lab.open(B, Birth.JOIN);
    lab.await("it to say so", () -> lab.ledger(B).trouble().isPresent());
    UserError said = lab.ledger(B).trouble().orElseThrow();
    assertThat(said.what()).contains("voter b waits to be added");
    assertThat(said.mend())
        .contains("ringrift cluster voters remove b\nringrift cluster voters add b");
    lab.kill(B);
    lab.restart(B);
    lab.await("it to say so again", () -> lab.ledger(B).trouble().isPresent());
    lab.grow(List.of(A, B));
    lab.await("it to be well", () -> lab.ledger(B).trouble().isEmpty());
  }

  @Test
  void theWatchGoesOnWhenItsNotesCannotBeWritten() throws IOException {
    lab = RatisLab.start(1);
    LedgerWatch watch = lab.ledger(A).watched();
    ElectionTimings longer = new ElectionTimings(Duration.ofMillis(600));
    watch.retime(longer);
    lab.await("it to run on longer ones", () -> watch.timings().equals(longer) && leads(A));
    watch.retime(ElectionTimings.LAN);
    lab.await("it to run as before", () -> watch.timings().equals(ElectionTimings.LAN));
    // Where the next note would be made: that the longer promise is over.
    Path blocked = Files.createDirectory(lab.folder(A).resolve("timings.json.tmp"));
    lab.await("it to say so", () -> watch.trouble().isPresent() && leads(A));
    assertThat(watch.trouble().orElseThrow().what()).contains("cannot be written");
    Files.delete(blocked);
    lab.await("it to be well", () -> watch.trouble().isEmpty());
    watch.server().division().close();
    lab.await("it to be opened again", () -> lab.ledger(A).standing().mayAct());
  }

  @Test
  void whatKeepsAVoterFromTakingPartIsToldWhileItsStateIsLocked() throws Exception {
    lab = RatisLab.start(1);
    CompletableFuture<Boolean> locked = new CompletableFuture<>();
    CompletableFuture<Boolean> release = new CompletableFuture<>();
    RatisLedger ledger = lab.ledger(A);
    Thread holder =
        Thread.ofPlatform()
            .start(() -> ledger.read(state -> locked.complete(true) && release.join()));
    try {
      locked.orTimeout(10, TimeUnit.SECONDS).join();
      assertThat(CompletableFuture.supplyAsync(ledger::trouble).orTimeout(10, TimeUnit.SECONDS))
          .succeedsWithin(Duration.ofSeconds(10));
    } finally {
      release.complete(true);
      holder.join();
    }
  }

  private boolean leads(NodeId node) {
    return lab.ledger(node).standing().mayAct();
  }

  @Test
  void aLeaderThatIsBeingClosedTellsNoProgress() throws IOException {
    lab = RatisLab.start(1);
    commit(A, "one");
    LedgerServer server = lab.ledger(A).watched().server();
    assertThat(lab.ledger(A).voters()).containsOnlyKeys(A);
    server.division().getRaftLog().close();
    assertThat(server.leads()).isTrue();
    assertThat(lab.ledger(A).voters()).isEmpty();
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
  void aProgramThatIsTooOldSaysHowToMendAndTakesNoPart() {
    lab = RatisLab.start(1);
    lab.kill(A);
    lab.restart(A, RatisConformanceTest.NEXT_PROGRAM);
    RatisConformanceTest.raiseVersion(lab);
    lab.kill(A);
    lab.restart(A);
    lab.await("it to say so", () -> lab.ledger(A).trouble().isPresent());
    assertThat(lab.ledger(A).trouble().orElseThrow().text())
        .contains("too old for the cluster's ledger", "version 2", "update ringrift");
    assertThat(lab.ledger(A).standing().mayAct()).isFalse();
    lab.kill(A);
    lab.restart(A, RatisConformanceTest.NEXT_PROGRAM);
    RatisConformanceTest.fill(lab, 80);
    lab.kill(A);
    // Its newest snapshot is of the raised version by now.
    assertThatThrownBy(() -> lab.restart(A))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("too old for the cluster's ledger");
    assertThatThrownBy(() -> LedgerRecovery.read(lab.folder(A), RatisLab.CLUSTER, A))
        .hasMessageContaining("too old");
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
