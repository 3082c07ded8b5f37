package dev.ringrift.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.core.NodeId;
import dev.ringrift.core.Role;
import dev.ringrift.core.jobs.AttemptId;
import dev.ringrift.core.ledger.Command;
import dev.ringrift.core.ledger.TestCluster;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProposerTest {
  private final ScriptedLedger ledger = new ScriptedLedger();
  private final ArrayDeque<Event> inbox = new ArrayDeque<>();
  private final Proposer proposer = new Proposer(ledger, new ScriptedClock(), inbox::add);
  private final List<String> done = new ArrayList<>();

  ProposerTest() {
    ledger.prompt = false;
  }

  private static Command.Step step(int task, String reason) {
    return new Command.Step.Silent(AttemptId.of(1, task, 1), reason);
  }

  private void add(int task, String reason) {
    proposer.step(step(task, reason), () -> done.add(task + " " + reason));
  }

  private void pump() {
    while (!inbox.isEmpty()) {
      ((Event.Answered) inbox.removeFirst()).then().run();
    }
  }

  private List<List<Command.Step>> batches() {
    return ledger.proposed(Command.Progress.class).stream().map(Command.Progress::steps).toList();
  }

  @Test
  void whatComesWhileABatchIsInFlightIsCommittedTogetherNext() {
    add(1, "a");
    proposer.flush(1);
    add(2, "b");
    add(3, "c");
    proposer.flush(1);
    assertThat(batches()).containsExactly(List.of(step(1, "a")));
    ledger.commit();
    pump();
    proposer.flush(1);
    assertThat(batches()).containsExactly(List.of(step(2, "b"), step(3, "c")));
    assertThat(done).containsExactly("1 a");
  }

  @Test
  void aLaterStepReplacesOneThatStillWaits() {
    add(1, "old");
    add(1, "new");
    proposer.flush(1);
    assertThat(batches()).containsExactly(List.of(step(1, "new")));
  }

  @Test
  void aStepOfWhatIsBeingCommittedIsDroppedUntilThen() {
    add(1, "a");
    proposer.flush(1);
    add(1, "b");
    assertThat(proposer.isPending(AttemptId.of(1, 1, 1))).isTrue();
    ledger.commit();
    pump();
    assertThat(proposer.isPending(AttemptId.of(1, 1, 1))).isFalse();
    proposer.flush(1);
    assertThat(batches()).isEmpty();
  }

  @Test
  void aProposalThatIsLostIsFollowedByNothingAndBlocksNothing() {
    add(1, "a");
    proposer.flush(1);
    ledger.unclear();
    pump();
    assertThat(done).isEmpty();
    add(1, "b");
    proposer.flush(1);
    assertThat(batches()).containsExactly(List.of(step(1, "b")));
  }

  @Test
  void anAnswerOfAnEarlierTermIsNotFollowed() {
    add(1, "a");
    proposer.flush(1);
    Command.Place place = new Command.Place(1, List.of(), 1);
    proposer.place(place, () -> done.add("placed"));
    proposer.begin();
    ledger.commit();
    ledger.commit();
    proposer.place(place, () -> done.add("placed anew"));
    pump();
    assertThat(done).isEmpty();
    assertThat(proposer.placing()).as("the one of this term is in flight").isTrue();
  }

  @Test
  void oneFollowerOfManyStepsIsCalledOnce() {
    Runnable settle = () -> done.add("settle");
    proposer.step(step(1, "a"), settle);
    proposer.step(step(2, "b"), settle);
    proposer.flush(1);
    ledger.commit();
    pump();
    assertThat(done).containsExactly("settle");
  }

  @Test
  void aBatchIsBounded() {
    for (int i = 0; i < 1_200; i++) {
      add(i, "x");
    }
    int batches = 0;
    int steps = 0;
    for (proposer.flush(1); !ledger.open.isEmpty(); proposer.flush(1)) {
      int size = batches().getFirst().size();
      assertThat(size).isLessThanOrEqualTo(500);
      steps += size;
      batches++;
      ledger.commit();
      pump();
    }
    assertThat(steps).isEqualTo(1_200);
    assertThat(batches).isEqualTo(3);
  }

  @Test
  void aNodeIsRegisteredOnceAtATime() {
    Message.Hello hello = new Message.Hello("i", List.of(), TestCluster.capacity(1), "1", 1, 7, 0);
    proposer.register(1, new NodeId("w1"), Role.WORKER, hello);
    proposer.register(1, new NodeId("w1"), Role.WORKER, hello);
    assertThat(ledger.open).hasSize(1);
    ledger.unclear();
    pump();
    proposer.register(1, new NodeId("w1"), Role.WORKER, hello);
    assertThat(ledger.open).hasSize(1);
  }
}
