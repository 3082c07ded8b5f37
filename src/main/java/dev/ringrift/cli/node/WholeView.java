package dev.ringrift.cli.node;

import dev.ringrift.agent.view.Health;
import dev.ringrift.agent.view.NodeView;
import dev.ringrift.agent.view.Status;
import dev.ringrift.core.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// What the agent says of itself, and what its surroundings say: a ledger that does not take part,
/// a keeper that cannot be started. Thread-safe.
///
/// @param troubles each a line for people while something is wrong; answers from memory
record WholeView(NodeView agent, List<Supplier<Optional<String>>> troubles) implements NodeView {
  @Override
  public Health health() {
    Health health = agent.health();
    List<String> reasons = new ArrayList<>(health.reasons());
    troubles.forEach(trouble -> trouble.get().ifPresent(reasons::add));
    if (reasons.size() == health.reasons().size()) {
      return health;
    }
    Health.State state =
        health.status() == Health.State.OK ? Health.State.DEGRADED : health.status();
    return new Health(
        state,
        health.node(),
        health.role(),
        health.leader(),
        health.term(),
        health.uptimeSeconds(),
        health.version(),
        reasons);
  }

  @Override
  public Status status() {
    return agent.status();
  }

  @Override
  public Optional<NodeId> leader() {
    return agent.leader();
  }

  @Override
  public List<NodeId> voters() {
    return agent.voters();
  }
}
