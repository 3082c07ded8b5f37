package dev.ringrift.core.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.core.NodeId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class SpreadTest {
  private static final ObjectId ID = ObjectId.parse("ab".repeat(32));

  private static NodeId node(int number) {
    return new NodeId("w" + number);
  }

  private static List<NodeId> nodes(int count) {
    List<NodeId> found = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      found.add(node(i));
    }
    return found;
  }

  @Test
  void thoseThatAreToKeepItFetchItUnlessTheyHaveItOrAreNotWell() {
    assertThat(Spread.missing(ID, List.of(node(1), node(2), node(9)), 1, Set.of(node(1)), nodes(5)))
        .containsExactly(node(2));
  }

  @Test
  void othersFetchItUntilThereAreEnoughCopies() {
    List<NodeId> chosen = Spread.missing(ID, List.of(node(1)), 4, Set.of(node(0)), nodes(9));
    assertThat(chosen).hasSize(3).contains(node(1)).doesNotContain(node(0));
    assertThat(Spread.missing(ID, List.of(node(1)), 4, Set.of(node(0)), nodes(9)))
        .isEqualTo(chosen);
    Set<NodeId> later = new TreeSet<>(chosen);
    later.add(node(0));
    assertThat(Spread.missing(ID, List.of(node(1)), 4, later, nodes(9))).isEmpty();
  }

  @Test
  void copiesOfDifferentFilesGoToDifferentNodes() {
    Set<NodeId> used = new HashSet<>();
    for (int i = 0; i < 40; i++) {
      ObjectId id = ObjectId.parse("%064x".formatted(i));
      used.addAll(Spread.missing(id, List.of(), 2, Set.of(node(0)), nodes(9)));
    }
    assertThat(used).hasSize(8);
  }

  @Test
  void fetchersBeginWithDifferentSourcesAndLeaveThemselvesOut() {
    Set<NodeId> first = new HashSet<>();
    for (NodeId fetcher : nodes(20)) {
      List<NodeId> sources = Spread.sources(fetcher, nodes(20), List.of(), 16);
      assertThat(sources).hasSize(16).doesNotContain(fetcher).doesNotHaveDuplicates();
      first.add(sources.getFirst());
    }
    assertThat(first).hasSizeGreaterThan(7);
  }

  @Test
  void placesAreLeftToThoseThatHaveOnlySomeOfIt() {
    List<NodeId> all = nodes(60);
    List<NodeId> sources = Spread.sources(node(0), all.subList(0, 30), all.subList(30, 60), 16);
    assertThat(sources).hasSize(16);
    assertThat(sources.stream().filter(all.subList(30, 60)::contains)).hasSize(5);
    List<NodeId> oneWhole = Spread.sources(node(0), List.of(node(1)), all.subList(30, 60), 16);
    assertThat(oneWhole).hasSize(16).startsWith(node(1));
  }

  @Test
  void theLastCopyAndOneThatIsToBeKeptDoNotGo() {
    Set<NodeId> two = Set.of(node(1), node(2));
    assertThat(Spread.mayGo(node(1), List.of(), 1, two)).isTrue();
    assertThat(Spread.mayGo(node(1), List.of(), 1, Set.of(node(1)))).isFalse();
    assertThat(Spread.mayGo(node(1), List.of(node(1)), 1, two)).isFalse();
    assertThat(Spread.mayGo(node(1), List.of(), 2, two)).isFalse();
  }
}
