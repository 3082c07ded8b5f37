package dev.ringrift.core.ledger;

import dev.ringrift.core.NodeId;

/// Applies the commands about nodes to a `ClusterState`. Not thread-safe.
final class NodeCommands {
  private final ClusterState state;
  private final JobCommands jobCommands;
  private final DataCommands dataCommands;

  NodeCommands(ClusterState state, JobCommands jobCommands, DataCommands dataCommands) {
    this.state = state;
    this.jobCommands = jobCommands;
    this.dataCommands = dataCommands;
  }

  Outcome register(Command.Register command) {
    NodeRecord old = state.nodes.get(command.node());
    if (old == null && state.nodes.size() >= ClusterState.NODES_MAX) {
      return new Outcome.Rejected(
          "the cluster has %d nodes, the most it can".formatted(ClusterState.NODES_MAX));
    }
    boolean back = old != null && old.word() != NodeRecord.Word.RUNS;
    state.nodes.put(
        command.node(),
        new NodeRecord(
            command.node(),
            command.role(),
            command.addresses(),
            command.capacity(),
            command.version(),
            command.commands(),
            command.pid(),
            old == null ? command.atMillis() : old.registeredMillis(),
            old == null ? "" : old.drainReason(),
            NodeRecord.Word.RUNS,
            ""));
    if (old == null || back) {
      state.events.add(
          command.atMillis(), "node", command.node().value(), back ? "is back" : "is a member");
    }
    return new Outcome.Done(0);
  }

  Outcome drain(Command.Drain command) {
    NodeRecord node = state.nodes.get(command.node());
    if (node == null) {
      return unknownNode(command.node());
    }
    state.nodes.put(node.id(), node.withDrain(command.reason()));
    String text =
        command.reason().isEmpty() ? "takes tasks again" : "is drained: " + command.reason();
    state.events.add(command.atMillis(), "node", node.id().value(), text);
    return new Outcome.Done(0);
  }

  Outcome say(Command.Say command) {
    NodeRecord node = state.nodes.get(command.node());
    if (node == null) {
      return unknownNode(command.node());
    }
    state.nodes.put(node.id(), node.withWord(command.word(), command.reason()));
    state.events.add(
        command.atMillis(),
        "node",
        node.id().value(),
        "%s: %s".formatted(command.word().label(), command.reason()));
    jobCommands.said(command);
    return new Outcome.Done(0);
  }

  Outcome remove(Command.Remove command) {
    NodeRecord node = state.nodes.get(command.node());
    if (node == null) {
      return unknownNode(command.node());
    }
    if (state.voters().contains(node.id())) {
      return new Outcome.Rejected(
          "%s is a voter: remove it from the voters first".formatted(node.id()));
    }
    if (!state.jobs.liveOn(node.id()).isEmpty()) {
      return new Outcome.Rejected(
          "%s has %d live attempts: drain it, or say that it is gone, first"
              .formatted(node.id(), state.jobs.liveOn(node.id()).size()));
    }
    state.nodes.remove(node.id());
    dataCommands.removed(node.id());
    state.events.add(command.atMillis(), "node", node.id().value(), "is removed");
    return new Outcome.Done(0);
  }

  private static Outcome unknownNode(NodeId node) {
    return new Outcome.Rejected("node %s is not known".formatted(node));
  }
}
