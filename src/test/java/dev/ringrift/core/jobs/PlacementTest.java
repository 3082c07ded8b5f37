package dev.ringrift.core.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.core.NodeId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PlacementTest {
  private final Map<NodeId, NodeRoom> rooms = new HashMap<>();
  private final List<Placement.Want> wants = new ArrayList<>();

  private void node(String name, int slots, int... vramMib) {
    List<Gpu> gpus =
        IntStream.range(0, vramMib.length).mapToObj(i -> new Gpu(i, "gpu", vramMib[i])).toList();
    rooms.put(new NodeId(name), new NodeRoom(new Capacity(slots, 16, 1, 1, gpus, "", Map.of())));
  }

  private void want(int gpus, double vramGb, String... triedOn) {
    Set<NodeId> tried = Set.copyOf(Stream.of(triedOn).map(NodeId::new).toList());
    wants.add(
        new Placement.Want(
            new TaskId(1, wants.size()),
            new Resources(gpus, vramGb, 0, 0, 0, "", Map.of()),
            tried));
  }

  private List<String> plan(int most) {
    return Placement.plan(wants, rooms, most, new HashSet<>()).stream()
        .map(c -> "%s %s %s".formatted(c.task(), c.node(), c.gpus()))
        .toList();
  }

  @Test
  void tasksArePlacedInTheirTurnUntilNothingIsFree() {
    node("a", 2);
    for (int i = 0; i < 5; i++) {
      want(0, 0);
    }
    assertThat(plan(100)).containsExactly("1.0 a []", "1.1 a []");
  }

  @Test
  void oneThatFitsNowhereDoesNotHoldUpThoseBehindIt() {
    node("a", 3, 8_192);
    want(2, 0);
    want(1, 80);
    want(1, 0);
    want(0, 0);
    assertThat(plan(100)).containsExactly("1.2 a [0]", "1.3 a []");
  }

  @Test
  void gpusAreKeptForThoseWhoAskForThem() {
    node("cpu", 1);
    node("gpu", 4, 24_576, 24_576);
    want(0, 0);
    want(1, 0);
    assertThat(plan(100)).containsExactly("1.0 cpu []", "1.1 gpu [0]");
  }

  @Test
  void theNodeThatIsFilledBestIsTaken() {
    node("big", 4, 24_576, 24_576, 24_576, 24_576);
    node("small", 4, 24_576, 24_576);
    want(2, 24);
    want(2, 24);
    assertThat(plan(100)).containsExactly("1.0 small [0, 1]", "1.1 big [0, 1]");
  }

  @Test
  void eachAttemptGetsGpusOfItsOwn() {
    node("a", 9, 24_576, 24_576, 24_576);
    want(1, 0);
    want(1, 0);
    want(1, 0);
    want(1, 0);
    assertThat(plan(100)).containsExactly("1.0 a [0]", "1.1 a [1]", "1.2 a [2]");
  }

  @Test
  void aNodeThatTheTaskWasOnComesLast() {
    node("a", 1);
    node("b", 1, 24_576, 24_576, 24_576);
    want(0, 0, "a");
    assertThat(plan(100)).containsExactly("1.0 b []");
    rooms.clear();
    node("a", 1);
    assertThat(plan(100)).as("rather than not at all").containsExactly("1.0 a []");
  }

  @Test
  void tasksAreSpreadOverNodesThatAreAlike() {
    node("a", 2);
    node("b", 2);
    want(0, 0);
    want(0, 0);
    assertThat(plan(100)).containsExactly("1.0 a []", "1.1 b []");
  }

  @Test
  void itStopsAfterSoMany() {
    node("a", 100);
    for (int i = 0; i < 50; i++) {
      want(0, 0);
    }
    assertThat(plan(7)).hasSize(7);
  }

  @Test
  void tasksAreNotLookedAtOnceNothingIsFree() {
    node("a", 1);
    List<Integer> looked = new ArrayList<>();
    Iterable<Placement.Want> lazy =
        () ->
            IntStream.range(0, 1_000)
                .peek(looked::add)
                .mapToObj(i -> new Placement.Want(new TaskId(1, i), Resources.NONE, Set.of()))
                .iterator();
    assertThat(Placement.plan(lazy, rooms, 100, new HashSet<>())).hasSize(1);
    assertThat(looked).hasSizeLessThan(5);
  }
}
