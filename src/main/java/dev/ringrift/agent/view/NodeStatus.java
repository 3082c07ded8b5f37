package dev.ringrift.agent.view;

import dev.ringrift.core.NodeId;
import dev.ringrift.core.Role;
import dev.ringrift.core.jobs.AttemptId;
import dev.ringrift.core.jobs.Gpu;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// One node at one moment, as the leader sees it.
///
/// @param pid of its agent, 0 where unknown
/// @param reason why it is in this state; may be empty
/// @param leader whether it leads
/// @param slotsTotal the most tasks at a time
/// @param addresses where its agent can be dialled
/// @param lastSeenSeconds since its last beat; negative where it was never heard by this leader
/// @param running the attempts that hold its slots
/// @param drainReason why no new task is placed on it; empty while tasks may be
public record NodeStatus(
    NodeId id,
    long pid,
    Role role,
    boolean leader,
    State state,
    String reason,
    String version,
    int slotsTotal,
    int slotsUsed,
    List<GpuStatus> gpus,
    List<String> addresses,
    double lastSeenSeconds,
    List<AttemptId> running,
    String drainReason,
    Load load) {
  public NodeStatus {
    gpus = List.copyOf(gpus);
    addresses = List.copyOf(addresses);
    running = List.copyOf(running);
  }

  /// What is known of a node.
  public enum State {
    UP,
    /// A link dropped, or it has been silent for a few seconds.
    SUSPECT,
    /// Nobody hears it; its jobs may well run on.
    UNKNOWN,
    /// The provider stopped its machine.
    PAUSED,
    /// Its machine will not come back.
    GONE;

    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// One GPU of a node.
  ///
  /// @param utilisation 0 to 1; negative where unknown
  /// @param vramUsedMib in MiB; negative where unknown
  /// @param busyWith the attempt that it is reserved for
  public record GpuStatus(
      Gpu gpu, double utilisation, int vramUsedMib, Optional<AttemptId> busyWith) {}

  /// How busy a node's machine is.
  ///
  /// @param cpu share of the processors in use, 0 to 1; negative where unknown
  /// @param memoryUsedMib in MiB
  /// @param diskFreeMib in MiB
  /// @param problem what is wrong with the machine, or with these figures, or empty
  /// @param refusal why nothing new is started there, or empty
  public record Load(
      double cpu, int memoryUsedMib, int diskFreeMib, String problem, String refusal) {
    public static final Load UNKNOWN = new Load(-1, 0, 0, "", "");
  }
}
