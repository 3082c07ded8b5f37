package dev.ringrift.core.jobs;

import dev.ringrift.core.NodeId;
import java.util.List;

/// One try at a task, as the ledger has it. Times are wall-clock milliseconds since 1970, 0 where
/// it has not come to that.
///
/// @param number from 1
/// @param gpus the indices of its GPUs on `node`
/// @param exitCode of the program; only for one that ended by itself
/// @param reason why it is in this state, for people; may be empty
/// @param silent whether its node has been silent for so long that another attempt may be placed;
///     it
///     still lives, and may yet succeed
/// @param stopReason why its node is told to end it; empty while nobody wants that
public record Attempt(
    int number,
    NodeId node,
    List<Integer> gpus,
    AttemptState state,
    int exitCode,
    String reason,
    long placedMillis,
    long startedMillis,
    long endedMillis,
    boolean silent,
    String stopReason) {
  public Attempt {
    gpus = List.copyOf(gpus);
  }

  /// A fresh attempt.
  public static Attempt placed(int number, NodeId node, List<Integer> gpus, long atMillis) {
    return new Attempt(number, node, gpus, AttemptState.PLACED, 0, "", atMillis, 0, 0, false, "");
  }

  /// Whether it holds its node's slot and GPUs.
  public boolean live() {
    return state.live();
  }

  /// Whether it lives, is heard of, and nobody wants it ended.
  public boolean counts() {
    return live() && !silent && stopReason.isEmpty();
  }

  public Attempt withSilent(boolean value) {
    return new Attempt(
        number,
        node,
        gpus,
        state,
        exitCode,
        reason,
        placedMillis,
        startedMillis,
        endedMillis,
        value,
        stopReason);
  }

  public Attempt withStop(String why) {
    return new Attempt(
        number,
        node,
        gpus,
        state,
        exitCode,
        reason,
        placedMillis,
        startedMillis,
        endedMillis,
        silent,
        why);
  }

  /// The same attempt in a further state.
  public Attempt moved(
      AttemptState to, int exit, String why, long startedAtMillis, long endedAtMillis) {
    return new Attempt(
        number,
        node,
        gpus,
        to,
        exit,
        why,
        placedMillis,
        startedAtMillis,
        endedAtMillis,
        to.live() && silent,
        stopReason);
  }
}
