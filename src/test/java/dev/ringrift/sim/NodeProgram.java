package dev.ringrift.sim;

import dev.ringrift.agent.AttemptReport;
import dev.ringrift.agent.Message;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.Role;
import java.util.List;

/// What runs as the agent's process of a host: the product's agent, or a test's own.
interface NodeProgram {
  void messageCame(NodeId from, Role role, Message message);

  void linkUp(NodeId peer, Role role);

  void linkDown(NodeId peer, String reason);

  void keeperReported(List<AttemptReport> attempts, boolean whole);

  void tick();

  /// Makes the program of a host, at each start of its process.
  @FunctionalInterface
  interface Maker {
    NodeProgram start(SimHost host, AgentProcess process);
  }
}
