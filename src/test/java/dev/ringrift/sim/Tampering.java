package dev.ringrift.sim;

import dev.ringrift.agent.Event;
import dev.ringrift.agent.Message;
import dev.ringrift.agent.port.Clock;
import dev.ringrift.agent.port.FenceStore;
import dev.ringrift.agent.port.Keeper;
import dev.ringrift.agent.port.Ledger;
import dev.ringrift.core.NodeId;
import java.util.Optional;

/// What lies between an agent and its ports. As it is here it changes nothing; a test that takes a
/// rule out puts something else there. Made anew for each start of an agent.
class Tampering {
  final AgentProcess process;

  Tampering(AgentProcess process) {
    this.process = process;
  }

  Clock clock(Clock real) {
    return real;
  }

  FenceStore fences(FenceStore real) {
    return real;
  }

  Optional<Ledger> ledger(Optional<Ledger> real) {
    return real;
  }

  Keeper keeper(Keeper real) {
    return real;
  }

  /// What the agent is given in place of `message`.
  Message heard(NodeId from, Message message) {
    return message;
  }

  /// Sees an event before the agent does.
  void before(Event event) {}

  /// Comes before each tick.
  void tick() {}

  /// Says what lies between a start of an agent and its ports.
  @FunctionalInterface
  interface Maker {
    Tampering of(AgentProcess process);
  }
}
