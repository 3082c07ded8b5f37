package dev.ringrift.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// An invariant is worth something only if it notices: without any one of these rules some seed
/// fails, and soon.
@Tag("sim")
final class RuleTakenOutTest {
  private static final int SEEDS_MAX = 120;

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void someSeedFails(Rule out) {
    Optional<String> violation =
        LongStream.rangeClosed(1, SEEDS_MAX)
            .parallel()
            .mapToObj(seed -> violation(seed, out))
            .flatMap(Optional::stream)
            .findAny();
    assertThat(violation).as("without %s, seeds 1 to %d", out, SEEDS_MAX).isPresent();
  }

  private static Optional<String> violation(long seed, Rule out) {
    try {
      Simulation.run(seed, out);
      return Optional.empty();
    } catch (Violation violation) {
      boolean broken = violation.getCause() instanceof Violation;
      return broken ? Optional.of(String.valueOf(violation.getMessage())) : Optional.empty();
    }
  }
}
