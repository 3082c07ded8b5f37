package dev.ringrift.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.agent.port.Ledger;
import dev.ringrift.agent.port.Ledger.Proposal;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.Role;
import dev.ringrift.core.election.ElectionTimings;
import dev.ringrift.core.jobs.Capacity;
import dev.ringrift.core.jobs.JobSpec;
import dev.ringrift.core.ledger.ClusterState;
import dev.ringrift.core.ledger.Command;
import dev.ringrift.core.ledger.Outcome;
import dev.ringrift.core.ledger.Vocabulary;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What a ledger promises to the agent. A subclass names the kind of ledger.
public abstract class LedgerConformance {
  /// What a program of the next version might read.
  protected static final Vocabulary NEXT =
      new Vocabulary(2, command -> command instanceof Command.Drain ? 2 : 1);

  /// Longer than those of any cluster in these tests.
  private static final ElectionTimings LONG = new ElectionTimings(Duration.ofMillis(2_400));

  private Optional<LedgerLab> open = Optional.empty();

  protected abstract LedgerLab.Factory factory();

  @AfterEach
  void closeLab() {
    open.ifPresent(LedgerLab::close);
  }

  private LedgerLab start(int voters) {
    LedgerLab lab = factory().start(voters);
    open = Optional.of(lab);
    return lab;
  }

  @Test
  void aSingleVoterLeadsAndCommits() {
    LedgerLab lab = start(1);
    NodeId leader = leader(lab);
    assertThat(commit(lab, leader, submit("one"))).isEqualTo(new Outcome.Done(1));
    assertThat(commit(lab, leader, submit("two"))).isEqualTo(new Outcome.Done(2));
    assertThat(lab.ledger(leader).read(ClusterState::lastJobId)).isEqualTo(2);
    assertThat(lab.ledger(leader).voters().keySet()).containsExactly(leader);
  }

  @Test
  void exactlyOneMayActAndAllKnowIt() {
    LedgerLab lab = start(3);
    NodeId leader = leader(lab);
    lab.await("all to know the leader", () -> knownBy(lab, leader) == 3);
    assertThat(acting(lab)).containsExactly(leader);
    assertThat(lab.ledger(leader).voters().keySet()).containsExactlyElementsOf(lab.nodes());
  }

  @Test
  void whatIsCommittedIsReadOnAllVoters() {
    LedgerLab lab = start(3);
    NodeId leader = leader(lab);
    for (int i = 1; i <= 20; i++) {
      assertThat(commit(lab, leader, submit("key" + i))).isEqualTo(new Outcome.Done(i));
    }
    for (NodeId node : lab.nodes()) {
      lab.await(node + " to apply", () -> jobs(lab, node) == 20);
    }
    lab.await(
        "the leader to know that",
        () -> lab.ledger(leader).voters().values().stream().allMatch(p -> p.behind() == 0));
  }

  @Test
  void aFollowerRefusesAndNamesTheLeader() {
    LedgerLab lab = start(3);
    NodeId leader = leader(lab);
    NodeId follower = others(lab, leader).getFirst();
    lab.await("it to know", () -> lab.ledger(follower).standing().leader().isPresent());
    assertThat(propose(lab, follower, submit("no")))
        .isEqualTo(new Proposal.NotLeader(Optional.of(leader)));
    assertThat(lab.ledger(follower).voters()).isEmpty();
  }

  @Test
  void whenTheLeaderDiesAnotherGoesOnInANewTerm() {
    LedgerLab lab = start(3);
    NodeId first = leader(lab);
    long term = lab.ledger(first).standing().term();
    commit(lab, first, submit("before"));
    lab.kill(first);
    NodeId second = leader(lab, others(lab, first));
    assertThat(lab.ledger(second).standing().term()).isGreaterThan(term);
    assertThat(jobs(lab, second)).isEqualTo(1);
    assertThat(commit(lab, second, submit("before"))).isEqualTo(new Outcome.Done(1));
    assertThat(commit(lab, second, submit("after"))).isEqualTo(new Outcome.Done(2));
    lab.restart(first);
    lab.await(first + " to catch up", () -> jobs(lab, first) == 2);
  }

  @Test
  void aLeaderThatIsCutOffWhileItIsWrittenToMayNotAct() {
    LedgerLab lab = start(3);
    NodeId old = leader(lab);
    ConcurrentLinkedQueue<Proposal> answers = new ConcurrentLinkedQueue<>();
    lab.isolate(old);
    for (int i = 0; acting(lab).contains(old) || leaders(lab, others(lab, old)).isEmpty(); i++) {
      lab.ledger(old).propose(submit("lost" + i), answers::add);
      lab.pass(Duration.ofMillis(20));
      assertThat(acting(lab)).as("who may act at once").hasSizeLessThan(2);
      assertThat(i).as("steps until another leads").isLessThan(1_000);
    }
    NodeId next = leader(lab, others(lab, old));
    commit(lab, next, submit("kept"));
    lab.await("the old leader to give up", () -> !lab.ledger(old).standing().leading());
    // What it had taken when it lost the lead may yet be committed, as far as it knows.
    lab.await("answers", () -> answers.stream().anyMatch(Proposal.Unclear.class::isInstance));
    lab.heal();
    lab.await("it to follow", () -> jobs(lab, old) == 1);
    String key = lab.ledger(old).read(s -> s.job(1).orElseThrow().key());
    assertThat(key).isEqualTo("kept");
    assertThat(answers).noneMatch(Proposal.Committed.class::isInstance);
  }

  @Test
  void aLeaderThatHearsNoAnswersMayNotAct() {
    LedgerLab lab = start(3);
    NodeId old = leader(lab);
    others(lab, old).forEach(other -> lab.cut(other, old));
    lab.await("it to notice", () -> !lab.ledger(old).standing().mayAct());
    lab.heal();
    leader(lab);
  }

  @Test
  void nothingIsCommittedWithoutAMajority() {
    LedgerLab lab = start(3);
    NodeId leader = leader(lab);
    List<NodeId> others = others(lab, leader);
    commit(lab, leader, submit("with"));
    lab.isolate(others.getFirst());
    assertThat(commit(lab, leader(lab), submit("with two"))).isEqualTo(new Outcome.Done(2));
    NodeId now = leader(lab);
    lab.nodes().forEach(lab::isolate);
    Proposal answer = propose(lab, now, submit("without"));
    assertThat(answer).isNotInstanceOf(Proposal.Committed.class);
    lab.await("nobody to act", () -> acting(lab).isEmpty());
    lab.heal();
    leader(lab);
  }

  @Test
  void aVoterThatWasAwayCatchesUp() {
    LedgerLab lab = start(3);
    NodeId leader = leader(lab);
    NodeId away = others(lab, leader).getFirst();
    lab.kill(away);
    commitMany(lab, 100);
    lab.restart(away);
    lab.await("it to catch up", () -> jobs(lab, away) == 100);
  }

  @Test
  void theLeadIsHandedOverOnRequest() {
    LedgerLab lab = start(3);
    NodeId first = leader(lab);
    NodeId second = others(lab, first).getLast();
    Map<NodeId, Integer> priorities = new HashMap<>();
    lab.nodes().forEach(node -> priorities.put(node, node.equals(first) ? 1 : 0));
    lab.ledger(first).prioritise(priorities);
    lab.pass(Duration.ofMillis(100));
    assertThat(leader(lab)).isEqualTo(first);
    lab.await(
        "the other to lead",
        () -> {
          lab.ledger(first).transfer(second);
          lab.pass(Duration.ofMillis(100));
          assertThat(acting(lab)).as("who may act at once").hasSizeLessThan(2);
          return acting(lab).contains(second);
        });
    assertThat(commit(lab, second, submit("on"))).isEqualTo(new Outcome.Done(1));
  }

  @Test
  void aLeaderThatStepsDownLeadsNoMoreInItsTerm() {
    LedgerLab lab = start(3);
    NodeId first = leader(lab);
    long term = lab.ledger(first).standing().term();
    lab.ledger(first).stepDown();
    lab.await("a new term", () -> lab.ledger(leader(lab)).standing().term() > term);
  }

  @Test
  void aVoterGoesOnFromItsDisk() {
    LedgerLab lab = start(1);
    NodeId only = leader(lab);
    commitMany(lab, 250);
    long term = lab.ledger(only).standing().term();
    lab.kill(only);
    lab.restart(only);
    leader(lab);
    assertThat(lab.ledger(only).standing().term()).isGreaterThan(term);
    assertThat(jobs(lab, only)).isEqualTo(250);
    assertThat(commit(lab, only, submit("key1"))).isEqualTo(new Outcome.Done(1));
  }

  @Test
  void aNewKindOfCommandIsWrittenOnlyOnceEveryVoterReadsIt() {
    LedgerLab lab = start(1);
    NodeId only = leader(lab);
    found(lab);
    lab.kill(only);
    lab.restart(only, NEXT);
    leader(lab);
    assertThat(commit(lab, only, drain(only)))
        .asString()
        .contains("Drain needs version 2 of the cluster");
    commit(lab, only, new Command.RaiseVersion(2, 1));
    assertThat(lab.ledger(only).read(ClusterState::version)).isEqualTo(1);
    register(lab, only, 2);
    assertThat(commit(lab, only, new Command.RaiseVersion(2, 1))).isEqualTo(new Outcome.Done(2));
    assertThat(commit(lab, only, drain(only))).isEqualTo(new Outcome.Done(0));
  }

  @Test
  void aVoterThatIsTooOldStandsStillUntilItIsUpdated() {
    LedgerLab lab = start(3);
    NodeId old = others(lab, leader(lab)).getFirst();
    List<NodeId> others = others(lab, old);
    lab.kill(old);
    for (NodeId node : others) {
      lab.kill(node);
      lab.restart(node, NEXT);
      leader(lab);
    }
    raise(lab);
    commit(lab, leader(lab), drain(old));
    lab.restart(old);
    commit(lab, leader(lab, others), submit("after"));
    lab.await("the others to apply", () -> others.stream().allMatch(n -> jobs(lab, n) == 1));
    lab.pass(Duration.ofMillis(300));
    assertThat(jobs(lab, old)).isZero();
    assertThat(acting(lab)).doesNotContain(old);
    lab.kill(old);
    lab.restart(old, NEXT);
    lab.await("it to catch up", () -> jobs(lab, old) == 1);
  }

  private static void found(LedgerLab lab) {
    commit(lab, leader(lab), new Command.Found("c", "lab", lab.nodes(), 1));
  }

  /// Has the version raised of a cluster of which all voters say that they read the next one.
  protected static void raise(LedgerLab lab) {
    found(lab);
    lab.nodes().forEach(node -> register(lab, node, 2));
    assertThat(commit(lab, leader(lab), new Command.RaiseVersion(2, 1)))
        .isEqualTo(new Outcome.Done(2));
  }

  private static Command drain(NodeId node) {
    return new Command.Drain(node, "repairs", 1);
  }

  /// Has it written down that a node's program reads commands up to this version.
  private static void register(LedgerLab lab, NodeId node, int commands) {
    Outcome outcome = new Outcome.Rejected("not asked yet");
    while (outcome instanceof Outcome.Rejected) { // a new leader may begin in between
      NodeId leader = leader(lab);
      long term = lab.ledger(leader).standing().term();
      commit(lab, leader, new Command.Lead(term, leader, 1));
      outcome =
          commit(
              lab,
              leader,
              new Command.Register(
                  term, node, Role.VOTER, List.of(), Capacity.NONE, "next", commands, 7, 1));
    }
  }

  @Test
  void aVoterGoesOnWithOtherTimingsAlsoAfterARestart() {
    LedgerLab lab = start(3);
    NodeId voter = others(lab, leader(lab)).getLast();
    retime(lab, voter, LONG);
    commit(lab, leader(lab), submit("on"));
    lab.await("it to follow", () -> jobs(lab, voter) == 1);
    lab.kill(voter);
    lab.restart(voter);
    lab.await("it to say so again", () -> runs(lab, voter).equals(Optional.of(LONG)));
  }

  @Test
  void aLeaderThatIsSlowerThanItsVotersActsNoLongerThanTheyPromised() {
    LedgerLab lab = start(3);
    NodeId slow = others(lab, leader(lab)).getFirst();
    retime(lab, slow, LONG);
    long led = 0;
    for (int turn = 0; turn < 300 && led < 3; turn++) {
      List<NodeId> acting = acting(lab);
      assertThat(acting).as("who may act at once").hasSizeLessThan(2);
      boolean mine = acting.contains(slow);
      led += mine ? 1 : 0;
      if (!acting.isEmpty() && !mine) {
        lab.ledger(acting.getFirst()).transfer(slow);
      }
      if (mine) {
        lab.isolate(slow);
        lab.await(
            "another to lead",
            () -> {
              List<NodeId> now = acting(lab);
              assertThat(now).as("who may act at once").hasSizeLessThan(2);
              return !now.isEmpty() && !now.contains(slow);
            });
        lab.heal();
      }
      lab.pass(Duration.ofMillis(20));
    }
    assertThat(led).as("how often the slow one led").isPositive();
  }

  private static void retime(LedgerLab lab, NodeId voter, ElectionTimings timings) {
    lab.await(
        voter + " to run on " + timings,
        () -> {
          lab.ledger(leader(lab)).retime(voter, timings);
          lab.pass(Duration.ofMillis(300));
          return runs(lab, voter).equals(Optional.of(timings));
        });
  }

  private static Optional<ElectionTimings> runs(LedgerLab lab, NodeId voter) {
    Ledger.Progress known = lab.ledger(leader(lab)).voters().get(voter);
    return known == null ? Optional.empty() : known.timings();
  }

  /// The only voter that may act, once there is one.
  protected static NodeId leader(LedgerLab lab) {
    return leader(lab, lab.nodes());
  }

  protected static NodeId leader(LedgerLab lab, List<NodeId> among) {
    lab.await("a leader that may act", () -> !leaders(lab, among).isEmpty());
    List<NodeId> found = leaders(lab, among);
    return found.isEmpty() ? leader(lab, among) : found.getFirst();
  }

  /// All that may act now.
  private static List<NodeId> acting(LedgerLab lab) {
    return leaders(lab, lab.nodes());
  }

  private static List<NodeId> leaders(LedgerLab lab, List<NodeId> among) {
    List<NodeId> acting = new ArrayList<>();
    for (NodeId node : among) {
      if (standing(lab, node).map(Ledger.Standing::mayAct).orElse(false)) {
        acting.add(node);
      }
    }
    return acting;
  }

  private static Optional<Ledger.Standing> standing(LedgerLab lab, NodeId node) {
    return lab.running(node) ? Optional.of(lab.ledger(node).standing()) : Optional.empty();
  }

  private static long knownBy(LedgerLab lab, NodeId leader) {
    return lab.nodes().stream()
        .filter(n -> lab.ledger(n).standing().leader().equals(Optional.of(leader)))
        .count();
  }

  protected static List<NodeId> others(LedgerLab lab, NodeId node) {
    return lab.nodes().stream().filter(n -> !n.equals(node)).toList();
  }

  protected static long jobs(LedgerLab lab, NodeId node) {
    return lab.ledger(node).read(ClusterState::lastJobId);
  }

  protected static Command submit(String key) {
    return new Command.Submit(key, JobSpec.of(key, List.of("true")), "test", 1);
  }

  protected static Proposal propose(LedgerLab lab, NodeId node, Command command) {
    AtomicReference<Optional<Proposal>> answer = new AtomicReference<>(Optional.empty());
    lab.ledger(node)
        .propose(
            command,
            proposal -> {
              if (answer.getAndSet(Optional.of(proposal)).isPresent()) {
                throw new IllegalStateException("answered twice: " + proposal);
              }
            });
    lab.await("an answer to " + command, () -> answer.get().isPresent());
    return answer.get().orElseThrow();
  }

  /// Commits jobs with the keys `key1` to `keyN`, many at a time, the first before the others.
  protected static void commitMany(LedgerLab lab, int jobs) {
    commit(lab, leader(lab), submit("key1"));
    List<String> left = new ArrayList<>();
    for (int i = 2; i <= jobs; i++) {
      left.add("key" + i);
    }
    while (!left.isEmpty()) {
      ConcurrentLinkedQueue<String> committed = new ConcurrentLinkedQueue<>();
      AtomicInteger answered = new AtomicInteger();
      Ledger leader = lab.ledger(leader(lab));
      for (String key : left) {
        leader.propose(
            submit(key),
            proposal -> {
              if (proposal instanceof Proposal.Committed) {
                committed.add(key);
              }
              answered.incrementAndGet();
            });
      }
      int asked = left.size();
      lab.await("all answers", () -> answered.get() == asked);
      left.removeAll(committed);
    }
  }

  /// Proposes until it is committed: on a busy machine a leader may lose its lead at any time.
  protected static Outcome commit(LedgerLab lab, NodeId first, Command command) {
    NodeId to = first;
    while (true) {
      if (propose(lab, to, command) instanceof Proposal.Committed committed) {
        return committed.outcome();
      }
      to = leader(lab);
    }
  }
}
