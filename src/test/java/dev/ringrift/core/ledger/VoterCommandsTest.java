package dev.ringrift.core.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.core.NodeId;
import dev.ringrift.core.Role;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class VoterCommandsTest {
  private static final NodeId JOINER = new NodeId("v4");

  private final TestCluster cluster = new TestCluster();

  private void reads(NodeId node, int commands) {
    cluster.done(
        new Command.Register(
            1, node, Role.VOTER, List.of(), TestCluster.capacity(0), "x", commands, 7, 5));
  }

  private void allRead(int commands) {
    cluster.state.voters().forEach(voter -> reads(voter, commands));
  }

  private Outcome join() {
    List<NodeId> more = new ArrayList<>(cluster.state.voters());
    more.add(JOINER);
    return cluster.apply(new Command.SetVoters(more, 5));
  }

  @Test
  void theVersionRisesOnlyToWhatEveryVoterReads() {
    assertThat(cluster.apply(new Command.RaiseVersion(2, 5)))
        .isEqualTo(
            new Outcome.Rejected("not every voter reads commands of version 2: all read up to 1"));
    allRead(3);
    reads(cluster.state.voters().getLast(), 2);
    assertThat(cluster.state.agreedVersion()).isEqualTo(2);
    assertThat(cluster.apply(new Command.RaiseVersion(3, 5))).isInstanceOf(Outcome.Rejected.class);
    assertThat(cluster.done(new Command.RaiseVersion(2, 5))).isEqualTo(2);
    assertThat(cluster.state.version()).isEqualTo(2);
    assertThat(cluster.state.eventsAfter(0, 100))
        .extracting(Event::text)
        .contains("commands of version 2 are used from here on");
  }

  @Test
  void theVersionNeverFalls() {
    allRead(3);
    cluster.done(new Command.RaiseVersion(3, 5));
    assertThat(cluster.done(new Command.RaiseVersion(2, 5))).isEqualTo(3);
    allRead(1);
    assertThat(cluster.state.version()).isEqualTo(3);
  }

  @Test
  void aVoterThatIsTooOldIsNotTaken() {
    allRead(2);
    cluster.done(new Command.RaiseVersion(2, 5));
    List<NodeId> before = cluster.state.voters();
    assertThat(join()).as("it has said nothing").isInstanceOf(Outcome.Rejected.class);
    reads(JOINER, 1);
    assertThat(join())
        .isEqualTo(
            new Outcome.Rejected(
                "v4 reads commands up to version 1, and the cluster is at version 2: update ringrift"
                    + " on it and start its agent again"));
    assertThat(cluster.state.voters()).isEqualTo(before);
    reads(JOINER, 2);
    assertThat(join()).isInstanceOf(Outcome.Done.class);
    assertThat(cluster.state.voters()).endsWith(JOINER);
  }

  @Test
  void aVoterThatHasBecomeTooOldCanStillBeTakenOut() {
    allRead(2);
    cluster.done(new Command.RaiseVersion(2, 5));
    allRead(1);
    cluster.done(new Command.SetVoters(cluster.state.voters().subList(0, 2), 5));
    assertThat(cluster.state.voters()).hasSize(2);
  }

  @Test
  void anImageKeepsVotersAndVersion() {
    allRead(2);
    cluster.done(new Command.RaiseVersion(2, 5));
    ClusterState restored = ClusterState.restore(cluster.state.image());
    assertThat(restored.version()).isEqualTo(2);
    assertThat(restored.agreedVersion()).isEqualTo(2);
    assertThat(restored.voters()).isEqualTo(cluster.state.voters());
  }
}
