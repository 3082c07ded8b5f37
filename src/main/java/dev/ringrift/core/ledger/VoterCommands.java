package dev.ringrift.core.ledger;

import dev.ringrift.core.NodeId;
import java.util.List;

/// Applies the commands about who votes, and about the version that all voters read, to a
/// `ClusterState`. Not thread-safe.
final class VoterCommands {
  private final ClusterState state;
  private List<NodeId> voters = List.of();
  private int version = Vocabulary.FIRST;

  VoterCommands(ClusterState state) {
    this.state = state;
  }

  void restore(List<NodeId> list, int number) {
    voters = List.copyOf(list);
    version = number;
  }

  List<NodeId> voters() {
    return voters;
  }

  int version() {
    return version;
  }

  /// The highest version that every voter has said to read.
  int agreedVersion() {
    return voters.stream().mapToInt(this::reads).min().orElse(version);
  }

  /// A node that has not said anything yet may be as old as can be.
  private int reads(NodeId node) {
    NodeRecord record = state.nodes.get(node);
    return record == null ? Vocabulary.FIRST : Math.max(Vocabulary.FIRST, record.commands());
  }

  Outcome set(Command.SetVoters command) {
    for (NodeId voter : command.voters()) {
      if (!voters.contains(voter) && reads(voter) < version) {
        return new Outcome.Rejected(
            "%s reads commands up to version %d, and the cluster is at version %d: update ringrift"
                    .formatted(voter, reads(voter), version)
                + " on it and start its agent again");
      }
    }
    if (!voters.equals(command.voters())) {
      voters = List.copyOf(command.voters());
      event(command.atMillis(), "the voters are " + voters);
    }
    return new Outcome.Done(0);
  }

  Outcome raise(Command.RaiseVersion command) {
    if (command.version() > agreedVersion()) {
      return new Outcome.Rejected(
          "not every voter reads commands of version %d: all read up to %d"
              .formatted(command.version(), agreedVersion()));
    }
    if (command.version() > version) {
      version = command.version();
      event(command.atMillis(), "commands of version %d are used from here on".formatted(version));
    }
    return new Outcome.Done(version);
  }

  private void event(long atMillis, String text) {
    state.events.add(atMillis, "voters", state.name(), text);
  }
}
