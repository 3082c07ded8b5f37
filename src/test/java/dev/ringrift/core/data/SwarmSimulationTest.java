package dev.ringrift.core.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Many nodes fetch one file from one seed and from each other. Nothing can be faster than the
/// seed's upload of one copy, the slowest download, and all copies through all uploads together;
/// the time until the last node has the file is compared with the largest of these three.
///
/// The rates are those of rented machines unless said otherwise: 10 to 100 MB/s up, 40 to 125 MB/s
/// down, other ones with each seed of chance.
@Tag("sim")
class SwarmSimulationTest {
  private static final long SIZE_BYTES = 2_000_000_000L;
  private static final long SMALLER_BYTES = 1_000_000_000L;
  private static final double SEED_RATE = 125e6;
  private static final double WEAK_RATE = 12.5e6;
  private static final double EVEN_RATE = 45e6;
  private static final long SMALL_BYTES = 330_000_000L;
  private static final double THIN_RATE = 15e6;
  private static final double COLLAPSED_RATE = 0.5e6;

  private static double[] up(int nodes, long chance) {
    return rates(nodes, 10e6, 100e6, chance);
  }

  private static double[] down(int nodes, long chance) {
    return rates(nodes, 40e6, 125e6, -chance);
  }

  private static double[] rates(int nodes, double least, double most, long chance) {
    Random random = new Random(chance);
    double[] rates = new double[nodes + 1];
    Arrays.setAll(rates, host -> least + (most - least) * random.nextDouble());
    rates[0] = SEED_RATE;
    return rates;
  }

  private static double ratio(String name, SwarmModel model) {
    double bound = model.boundSeconds();
    double last = model.run();
    double ratio = last / bound;
    System.out.printf(
        "%s: the last node is done after %.1f s, the bound is %.1f s, ratio %.3f;"
            + " the seed gave %.2f copies%n",
        name, last, bound, ratio, model.copiesFromSeed());
    return ratio;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void twentyNodesEndNearTheBound(long chance) {
    SwarmModel model = new SwarmModel(SIZE_BYTES, up(20, chance), down(20, chance), chance);

    assertThat(ratio("20 nodes", model)).isBetween(1.0, 1.15);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void fiftyNodesEndNearTheBound(long chance) {
    SwarmModel model = new SwarmModel(SIZE_BYTES, up(50, chance), down(50, chance), chance);

    assertThat(ratio("50 nodes", model)).isBetween(1.0, 1.15);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void halfOfThemNeedNotGiveAnything(long chance) {
    double[] up = up(20, chance);
    Arrays.fill(up, 1, 11, 0);
    SwarmModel model = new SwarmModel(SIZE_BYTES, up, down(20, chance), chance);

    assertThat(ratio("20 nodes, 10 without upload", model)).isBetween(1.0, 1.2);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void sourcesThatCollapseHoldNobodyUp(long chance) {
    SwarmModel model = collapsing(chance);

    assertThat(ratio("20 nodes, 2 slow after 10 s", model)).isBetween(1.0, 1.2);
  }

  private static SwarmModel collapsing(long chance) {
    SwarmModel model = new SwarmModel(SIZE_BYTES, up(20, chance), down(20, chance), chance);
    model.after(
        10_000_000_000L,
        () -> {
          model.network.up(3, COLLAPSED_RATE);
          model.network.up(7, COLLAPSED_RATE);
        });
    return model;
  }

  /// Each piece that the seed gives twice before it has given all makes everybody wait.
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void aWeakSeedGivesLittleTwice(long chance) {
    double[] up = up(20, chance);
    up[0] = WEAK_RATE;
    SwarmModel model = new SwarmModel(SMALLER_BYTES, up, down(20, chance), chance);

    assertThat(ratio("20 nodes, weak seed", model)).isBetween(1.0, 1.17);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void evenLinksAreUsedBothWays(long chance) {
    double[] rates = new double[9];
    Arrays.fill(rates, EVEN_RATE);
    SwarmModel model = new SwarmModel(SMALLER_BYTES, rates, rates, chance);

    assertThat(ratio("8 nodes with 45 MB/s", model)).isBetween(1.0, 1.25);
  }

  /// Few pieces, each of which takes long: what is given to many at a time is whole late.
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void aSmallFileOnThinLinksIsGivenOnEarly(long chance) {
    double[] rates = new double[9];
    Arrays.fill(rates, THIN_RATE);
    SwarmModel model = new SwarmModel(SMALL_BYTES, rates, rates, chance);

    assertThat(ratio("8 nodes with 15 MB/s", model)).isBetween(1.0, 1.3);
  }
}
