package dev.ringrift.sim;

import dev.ringrift.agent.StartOrder;
import dev.ringrift.agent.port.Keeper;
import dev.ringrift.core.jobs.AttemptId;
import java.time.Duration;

/// Hands everything on to another keeper.
class KeeperWrapper implements Keeper {
  private final Keeper real;

  KeeperWrapper(Keeper real) {
    this.real = real;
  }

  @Override
  public void start(StartOrder order) {
    real.start(order);
  }

  @Override
  public void stop(AttemptId attempt, String reason, Duration grace) {
    real.stop(attempt, reason, grace);
  }

  @Override
  public void extendLease(AttemptId attempt, long untilBootNanos) {
    real.extendLease(attempt, untilBootNanos);
  }

  @Override
  public void forget(AttemptId attempt) {
    real.forget(attempt);
  }
}
