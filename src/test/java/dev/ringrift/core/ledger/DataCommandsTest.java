package dev.ringrift.core.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.core.NodeId;
import dev.ringrift.core.data.Content;
import dev.ringrift.core.data.DataName;
import dev.ringrift.core.data.ObjectId;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DataCommandsTest {
  private static final DataName MODEL = new DataName("models/latest.pth");

  private final TestCluster cluster = new TestCluster();

  static Content content(int number) {
    ObjectId id = ObjectId.parse("%064x".formatted(number));
    return new Content(id, 1_000L * number, id.hash());
  }

  private Outcome publish(DataName name, int number) {
    return cluster.apply(new Command.Publish(name, content(number), "me", cluster.tick()));
  }

  private Outcome keep(Set<NodeId> add, Set<NodeId> remove, int copies) {
    return cluster.apply(new Command.Keep(MODEL, add, remove, copies, cluster.tick()));
  }

  private DataRecord record() {
    return cluster.state.data().get(MODEL);
  }

  @Test
  void aNameMeansWhatWasPublishedLastAndRemembersSomeThatItMeant() {
    for (int i = 1; i <= DataRecord.VERSIONS_MAX + 2; i++) {
      assertThat(publish(MODEL, i)).isInstanceOf(Outcome.Done.class);
    }
    assertThat(record().newest().content()).isEqualTo(content(DataRecord.VERSIONS_MAX + 2));
    assertThat(record().versions()).hasSize(DataRecord.VERSIONS_MAX);
  }

  @Test
  void theSameContentAgainIsNoNewVersion() {
    publish(MODEL, 1);
    publish(MODEL, 1);
    assertThat(record().versions()).hasSize(1);
  }

  @Test
  void whereItIsToBeKeptOutlivesANewVersion() {
    NodeId node = cluster.node("w1", 1);
    publish(MODEL, 1);
    keep(Set.of(node), Set.of(), 3);
    publish(MODEL, 2);
    assertThat(record().keepOn()).containsExactly(node);
    assertThat(record().copies()).isEqualTo(3);
    keep(Set.of(), Set.of(node), 0);
    assertThat(record().keepOn()).isEmpty();
    assertThat(record().copies()).isEqualTo(3);
  }

  @Test
  void aNodeThatIsRemovedKeepsNothing() {
    NodeId node = cluster.node("w1", 1);
    publish(MODEL, 1);
    keep(Set.of(node), Set.of(), 0);
    cluster.done(new Command.Remove(node, cluster.tick()));
    assertThat(record().keepOn()).isEmpty();
  }

  @Test
  void whatIsNotKnownIsRefused() {
    assertThat(keep(Set.of(), Set.of(), 2)).isInstanceOf(Outcome.Rejected.class);
    publish(MODEL, 1);
    assertThat(keep(Set.of(new NodeId("nobody")), Set.of(), 0))
        .isInstanceOf(Outcome.Rejected.class);
    cluster.done(new Command.Unpublish(MODEL, cluster.tick()));
    assertThat(cluster.apply(new Command.Unpublish(MODEL, cluster.tick())))
        .isInstanceOf(Outcome.Rejected.class);
  }

  @Test
  void namesAreBounded() {
    for (int i = 0; i < DataCommands.NAMES_MAX; i++) {
      publish(new DataName("f" + i), 1);
    }
    assertThat(publish(MODEL, 1)).isInstanceOf(Outcome.Rejected.class);
    assertThat(publish(new DataName("f0"), 2)).isInstanceOf(Outcome.Done.class);
  }

  @Test
  void aSnapshotHasIt() {
    NodeId node = cluster.node("w1", 1);
    publish(MODEL, 1);
    keep(Set.of(node), Set.of(), 2);
    ClusterState restored = ClusterState.restore(cluster.state.image());
    assertThat(restored.data()).isEqualTo(cluster.state.data());
    assertThat(List.copyOf(restored.data().keySet())).containsExactly(MODEL);
  }
}
