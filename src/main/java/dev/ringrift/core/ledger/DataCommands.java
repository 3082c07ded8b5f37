package dev.ringrift.core.ledger;

import dev.ringrift.core.NodeId;
import dev.ringrift.core.data.Content;
import dev.ringrift.core.data.DataName;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Applies the commands about published names to a `ClusterState`. Not thread-safe.
final class DataCommands {
  /// Most names of a cluster.
  static final int NAMES_MAX = 10_000;

  /// Most pairs of a name and a node that is to have it.
  static final int KEPT_MAX = 100_000;

  private final ClusterState state;

  DataCommands(ClusterState state) {
    this.state = state;
  }

  Outcome publish(Command.Publish command) {
    return publish(command.name(), command.content(), command.publisher(), command.atMillis());
  }

  /// Gives a name a new version; the same content again changes nothing.
  Outcome publish(DataName name, Content content, String publisher, long atMillis) {
    DataRecord old = state.data.get(name);
    if (old == null && state.data.size() >= NAMES_MAX) {
      return new Outcome.Rejected(
          "%d names are published, the most there can be".formatted(NAMES_MAX));
    }
    if (old != null && old.newest().content().equals(content)) {
      return new Outcome.Done(0);
    }
    List<DataVersion> versions = new ArrayList<>();
    versions.add(new DataVersion(content, publisher, atMillis));
    if (old != null) {
      versions.addAll(old.versions());
    }
    state.data.put(
        name,
        new DataRecord(
            name,
            versions.subList(0, Math.min(versions.size(), DataRecord.VERSIONS_MAX)),
            old == null ? List.of() : old.keepOn(),
            old == null ? 1 : old.copies()));
    event(
        atMillis,
        name,
        "published by %s: %d bytes, id %s".formatted(publisher, content.sizeBytes(), content.id()));
    return new Outcome.Done(0);
  }

  Outcome unpublish(Command.Unpublish command) {
    if (state.data.remove(command.name()) == null) {
      return unknown(command.name());
    }
    event(command.atMillis(), command.name(), "is no longer published");
    return new Outcome.Done(0);
  }

  Outcome keep(Command.Keep command) {
    DataRecord old = state.data.get(command.name());
    if (old == null) {
      return unknown(command.name());
    }
    for (NodeId node : command.add()) {
      if (!state.nodes.containsKey(node)) {
        return new Outcome.Rejected("node %s is not known".formatted(node));
      }
    }
    Set<NodeId> nodes = new HashSet<>(old.keepOn());
    nodes.addAll(command.add());
    nodes.removeAll(command.remove());
    int others = state.data.values().stream().mapToInt(record -> record.keepOn().size()).sum();
    if (others - old.keepOn().size() + nodes.size() > KEPT_MAX) {
      return new Outcome.Rejected(
          "%d names are to be kept on nodes, the most there can be".formatted(KEPT_MAX));
    }
    int copies = command.copies() == 0 ? old.copies() : command.copies();
    state.data.put(
        old.name(), new DataRecord(old.name(), old.versions(), List.copyOf(nodes), copies));
    return new Outcome.Done(0);
  }

  /// Has a name kept on those of these nodes that are known; `all` means all of them.
  void keepKnown(DataName name, List<String> to, long atMillis) {
    Set<NodeId> nodes = new HashSet<>(state.nodes.keySet());
    nodes.removeIf(node -> !to.contains("all") && !to.contains(node.value()));
    if (!nodes.isEmpty()) {
      keep(new Command.Keep(name, nodes, Set.of(), 0, atMillis));
    }
  }

  /// A node is no longer in the list.
  void removed(NodeId node) {
    state.data.replaceAll(
        (name, old) ->
            old.keepOn().contains(node)
                ? new DataRecord(
                    name,
                    old.versions(),
                    old.keepOn().stream().filter(kept -> !kept.equals(node)).toList(),
                    old.copies())
                : old);
  }

  private void event(long atMillis, DataName name, String text) {
    state.events.add(atMillis, "data", name.value(), text);
  }

  private static Outcome unknown(DataName name) {
    return new Outcome.Rejected("nothing is published as %s".formatted(name));
  }
}
