package dev.ringrift.agent;

import dev.ringrift.agent.port.Network;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.Role;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// The voters that a node knows, and the links that it keeps to them. Used on the agent's loop.
final class VoterLinks {
  private final AgentSettings settings;
  private final Network network;
  private final TreeMap<NodeId, List<String>> voters = new TreeMap<>();
  private final Set<NodeId> dialled = new HashSet<>();

  VoterLinks(AgentSettings settings, Network network) {
    this.settings = settings;
    this.network = network;
    voters.putAll(settings.voterAddresses());
  }

  /// The voters that this node knows.
  Collection<NodeId> voters() {
    return Collections.unmodifiableSet(voters.keySet());
  }

  /// Where they can be dialled; a copy.
  Map<NodeId, List<String>> addresses() {
    return Collections.unmodifiableMap(new TreeMap<>(voters));
  }

  /// Takes the list of voters that a voter told; changed addresses are dialled anew.
  void learn(Map<String, List<String>> told) {
    if (told.isEmpty()) {
      return;
    }
    TreeMap<NodeId, List<String>> next = new TreeMap<>();
    told.forEach(
        (name, addresses) -> {
          NodeId voter = new NodeId(name);
          Set<String> all = new LinkedHashSet<>(addresses);
          // What is configured here may be a way that the others do not know of.
          all.addAll(settings.voterAddresses().getOrDefault(voter, List.of()));
          next.put(voter, List.copyOf(all));
        });
    if (!next.equals(voters)) {
      dialled.removeIf(v -> next.containsKey(v) && !next.get(v).equals(voters.get(v)));
      voters.clear();
      voters.putAll(next);
    }
  }

  /// A voter dials every voter. A worker holds the leader and one other voter, the witness; while
  /// it does not know a leader that it can reach it tries all.
  ///
  /// @param leader as far as it is known
  void dial(Optional<NodeId> leader) {
    Set<NodeId> wanted = new HashSet<>(voters.keySet());
    wanted.remove(settings.node());
    boolean leaderHeld = leader.isPresent() && network.connected().contains(leader.get());
    if (settings.role() == Role.WORKER && leaderHeld) {
      Optional<NodeId> witness = witness(leader);
      wanted.removeIf(v -> !v.equals(leader.get()) && !witness.equals(Optional.of(v)));
    }
    for (NodeId voter : wanted) {
      if (dialled.add(voter)) {
        network.dial(voter, voters.getOrDefault(voter, List.of()));
      }
    }
    List<NodeId> extra = dialled.stream().filter(v -> !wanted.contains(v)).toList();
    for (NodeId voter : extra) {
      dialled.remove(voter);
      network.hangUp(voter);
    }
  }

  private Optional<NodeId> witness(Optional<NodeId> leader) {
    List<NodeId> others = new ArrayList<>(voters.keySet());
    others.remove(settings.node());
    leader.ifPresent(others::remove);
    Set<NodeId> connected = network.connected();
    List<NodeId> open = others.stream().filter(connected::contains).toList();
    List<NodeId> choice = open.isEmpty() ? others : open;
    return choice.isEmpty()
        ? Optional.empty()
        : Optional.of(choice.get(Math.floorMod(settings.node().hashCode(), choice.size())));
  }
}
