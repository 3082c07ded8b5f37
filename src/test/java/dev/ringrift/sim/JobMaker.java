package dev.ringrift.sim;

import dev.ringrift.core.jobs.JobFiles;
import dev.ringrift.core.jobs.JobSpec;
import dev.ringrift.core.jobs.Resources;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/// Makes up jobs of every kind.
final class JobMaker {
  private final SplittableRandom dice;

  JobMaker(SplittableRandom dice) {
    this.dice = dice;
  }

  /// A job with the next number; `known` may be named as one to come after.
  JobSpec make(int number, List<Long> known) {
    boolean exclusive = dice.nextInt(4) == 0;
    boolean isLong = dice.nextInt(5) < 2;
    long millis = isLong ? dice.nextLong(15_000, 60_000) : dice.nextLong(300, 9_000);
    // Long ones fail more often, so that some fail while another attempt of theirs lives.
    int failPercent = dice.nextInt(5) < (isLong ? 3 : 2) ? dice.nextInt(10, 60) : 0;
    Set<Long> after =
        !known.isEmpty() && dice.nextInt(6) == 0
            ? Set.of(known.get(dice.nextInt(known.size())))
            : Set.of();
    return new JobSpec(
        "job-" + number,
        List.of("job", Long.toString(millis), Integer.toString(failPercent)),
        "",
        Map.of(),
        "",
        resources(),
        dice.nextInt(3),
        dice.nextInt(3) == 0 ? dice.nextInt(2, 8) : 1,
        retry(failPercent),
        dice.nextInt(8) == 0 ? Duration.ofMillis(dice.nextLong(3_000, 60_000)) : Duration.ZERO,
        new JobSpec.Disconnect(Duration.ofMillis(dice.nextLong(2_000, 25_000)), exclusive),
        after,
        JobFiles.NONE);
  }

  private Resources resources() {
    return switch (dice.nextInt(10)) {
      case 0, 1, 2 -> new Resources(1, dice.nextInt(2) * 24, 1, 0, 0, "", Map.of());
      case 3 -> new Resources(2, 0, 0, 4, 0, "", Map.of());
      case 4 -> new Resources(0, 0, 2, 8, 1, "", Map.of());
      case 5 -> new Resources(dice.nextInt(6) == 0 ? 9 : 1, 32, 0, 0, 0, "", Map.of());
      default -> Resources.NONE;
    };
  }

  private JobSpec.Retry retry(int failPercent) {
    if (failPercent == 0 || dice.nextBoolean()) {
      return JobSpec.Retry.NONE;
    }
    Set<Integer> codes = dice.nextInt(3) == 0 ? Set.of(75) : Set.of();
    return new JobSpec.Retry(
        dice.nextInt(2, 5), codes, Duration.ofMillis(dice.nextLong(100, 4_000)));
  }
}
