package dev.ringrift.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// `-Dsim.seeds=N` runs the seeds 1 to N, `-Dsim.seed=S` replays one of them.
@Tag("sim")
final class SimulationTest {
  @Test
  void everySeedKeepsTheInvariants() {
    String one = System.getProperty("sim.seed", "");
    long count = Long.parseLong(System.getProperty("sim.seeds", "20"));
    LongStream seeds =
        one.isEmpty() ? LongStream.rangeClosed(1, count) : LongStream.of(Long.parseLong(one));
    List<String> broken =
        seeds.parallel().mapToObj(SimulationTest::failure).filter(s -> !s.isEmpty()).toList();
    assertThat(broken)
        .withFailMessage(
            () ->
                broken.stream()
                    .limit(3)
                    .collect(Collectors.joining("\n\n", broken.size() + " seeds fail\n", "")))
        .isEmpty();
  }

  private static String failure(long seed) {
    try {
      Simulation.run(seed, Rule.NONE);
      return "";
    } catch (Violation violation) {
      return String.valueOf(violation.getMessage());
    }
  }

  @Test
  void oneSeedIsAlwaysTheSameRun() {
    Simulation.Result first = Simulation.run(7, Rule.NONE);
    assertThat(Simulation.run(7, Rule.NONE)).isEqualTo(first);
    assertThat(Simulation.run(8, Rule.NONE).hash()).isNotEqualTo(first.hash());
  }
}
