package dev.ringrift.agent;

import dev.ringrift.agent.port.FenceStore;
import dev.ringrift.agent.port.Keeper;
import dev.ringrift.core.Fence;
import dev.ringrift.core.jobs.AttemptId;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Writes down, in order, what the keeper and the fence store are asked for.
final class ScriptedKeeper implements Keeper, FenceStore {
  final List<String> log = new ArrayList<>();
  final List<StartOrder> started = new ArrayList<>();
  Fence stored = Fence.NONE;
  long leaseUntilBootNanos;

  /// Whether the disk takes no fence.
  boolean full;

  /// What was asked since the last call.
  List<String> take() {
    List<String> taken = List.copyOf(log);
    log.clear();
    return taken;
  }

  @Override
  public void start(StartOrder order) {
    log.add("start " + order.attempt());
    started.add(order);
  }

  @Override
  public void stop(AttemptId attempt, String reason, Duration grace) {
    log.add("stop " + attempt);
  }

  @Override
  public void extendLease(AttemptId attempt, long untilBootNanos) {
    leaseUntilBootNanos = untilBootNanos;
    log.add("lease " + attempt);
  }

  @Override
  public void forget(AttemptId attempt) {
    log.add("forget " + attempt);
  }

  @Override
  public Fence load() {
    return stored;
  }

  @Override
  public void store(Fence fence) throws IOException {
    if (full) {
      throw new IOException("No space left on device");
    }
    stored = fence;
    log.add("fence " + fence);
  }
}
