package dev.ringrift.agent;

import dev.ringrift.agent.port.Clock;
import dev.ringrift.agent.port.FenceStore;
import dev.ringrift.core.Fence;
import dev.ringrift.core.UserError;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/// The highest fence that this node has obeyed, on disk before the first order under it. While it
/// cannot be stored nothing is obeyed under it: after a restart an older leader would be believed
/// again.
///
/// Used on the agent's loop.
final class KeptFence {
  private static final Duration AGAIN_AFTER = Duration.ofSeconds(5);

  private final Clock clock;
  private final FenceStore store;
  private Fence highest;
  private Optional<Unstored> unstored = Optional.empty();

  KeptFence(Clock clock, FenceStore store) {
    this.clock = clock;
    this.store = store;
    highest = store.load();
  }

  Fence highest() {
    return highest;
  }

  /// Makes `fence`, which is not below the highest, the highest.
  ///
  /// @return whether it is, so that what came under it may be obeyed
  boolean raise(Fence fence) {
    if (fence.equals(highest)) {
      return true;
    }
    try {
      store.store(fence);
      highest = fence;
      unstored = Optional.empty();
      return true;
    } catch (IOException e) {
      long again = clock.nanos() + AGAIN_AFTER.toNanos();
      unstored = Optional.of(new Unstored(fence, String.valueOf(e.getMessage()), again));
      return false;
    }
  }

  /// Tries again what could not be stored, when that is due.
  void tick() {
    unstored
        .filter(each -> clock.nanos() - each.againNanos >= 0)
        .ifPresent(each -> raise(each.fence));
  }

  /// Why nothing is obeyed, while that is so.
  Optional<UserError> trouble() {
    return unstored.map(
        each ->
            new UserError(
                "orders of fence %s are refused, since it cannot be stored".formatted(each.fence),
                each.why,
                "see whether the disk of this node's data folder is full; it is tried again every"
                    + " %d s".formatted(AGAIN_AFTER.toSeconds())));
  }

  /// A fence that came with an order and is not on disk.
  private record Unstored(Fence fence, String why, long againNanos) {}
}
