package dev.ringrift.sim;

import dev.ringrift.agent.StartOrder;
import dev.ringrift.core.jobs.AttemptId;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// Orders for tests.
final class StartOrders {
  private StartOrders() {}

  /// Stands for an attempt that was stopped before its order came.
  static StartOrder never(AttemptId attempt) {
    return of(attempt, 0, 0, Duration.ZERO);
  }

  static StartOrder of(AttemptId attempt, long millis, int failPercent, Duration lease) {
    return new StartOrder(
        attempt,
        "job",
        List.of("job", Long.toString(millis), Integer.toString(failPercent)),
        "",
        Map.of(),
        "",
        List.of(),
        1,
        0,
        Duration.ZERO,
        lease,
        List.of(),
        "");
  }
}
