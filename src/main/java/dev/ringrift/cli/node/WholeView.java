package dev.ringrift.cli.node;

import dev.ringrift.agent.view.Health;
import dev.ringrift.agent.view.NodeView;
import dev.ringrift.agent.view.Status;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.UserError;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// What the agent says of itself, and what its surroundings say: a ledger that does not take part,
/// a keeper that cannot be started. Thread-safe.
///
/// @param troubles each says what is wrong while something is; answers from memory
/// @param warnings what is not as people may believe, though all is well; answers from memory
record WholeView(
    NodeView agent, List<Supplier<Optional<UserError>>> troubles, Supplier<List<String>> warnings)
    implements NodeView {
  @Override
  public Health health() {
    return agent
        .health()
        .with(troubles.stream().flatMap(each -> each.get().stream()).toList())
        .warning(warnings.get());
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
