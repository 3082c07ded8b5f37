package dev.ringrift.sim;

import dev.ringrift.core.NodeId;
import dev.ringrift.core.election.ElectionTimings;
import dev.ringrift.core.ledger.Command;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a voter keeps on its disk: term, vote and log. The log's tail is lost in a crash before it
/// is synced. Entries count from 1.
final class RaftDisk {
  long term;
  Optional<NodeId> vote = Optional.empty();

  /// On which the ledger was opened last.
  ElectionTimings timings = SimRaft.TIMINGS;

  /// The longest promise not to elect another that may still be in force.
  Duration promised = Duration.ZERO;

  /// Up to here the state was snapshotted, so that a restart begins from it.
  int snapshotIndex;

  private final List<Entry> log = new ArrayList<>();
  private Config birth = new Config(List.of(), Map.of());
  private int synced;
  private int rewrites;

  /// Writes the voters of a new cluster; an unformatted voter takes part only once it is added.
  void format(List<NodeId> voters) {
    birth = new Config(List.copyOf(voters), Map.of());
  }

  int lastIndex() {
    return log.size();
  }

  long lastTerm() {
    return termAt(log.size());
  }

  long termAt(int index) {
    return index == 0 ? 0 : log.get(index - 1).term();
  }

  Entry at(int index) {
    return log.get(index - 1);
  }

  /// A copy of the entries after `index`, at most `most` of them.
  List<Entry> after(int index, int most) {
    return List.copyOf(log.subList(index, Math.min(log.size(), index + most)));
  }

  void append(Entry entry) {
    log.add(entry);
  }

  /// Drops what comes after `index`.
  void truncate(int index) {
    log.subList(index, log.size()).clear();
    synced = Math.min(synced, index);
    rewrites++;
  }

  /// Counts truncations: a sync that began before one says nothing about what came after.
  int rewrites() {
    return rewrites;
  }

  int synced() {
    return synced;
  }

  void syncedTo(int index) {
    synced = Math.max(synced, Math.min(index, log.size()));
  }

  void crash() {
    truncate(synced);
    snapshotIndex = Math.min(snapshotIndex, synced);
  }

  /// The newest configuration in the log, committed or not, as Raft has it.
  Config config() {
    for (int index = log.size(); index > 0; index--) {
      if (at(index).payload() instanceof Config config) {
        return config;
      }
    }
    return birth;
  }

  /// Where the newest configuration is in the log, 0 for that of the birth.
  int configIndex() {
    for (int index = log.size(); index > 0; index--) {
      if (at(index).payload() instanceof Config) {
        return index;
      }
    }
    return 0;
  }

  record Entry(long term, Payload payload) {}

  sealed interface Payload {}

  record Ordered(Command command) implements Payload {}

  /// Who votes, and who is preferred as leader.
  record Config(List<NodeId> voters, Map<NodeId, Integer> priorities) implements Payload {
    int priority(NodeId voter) {
      return priorities.getOrDefault(voter, 1);
    }

    int highest() {
      return voters.stream().mapToInt(this::priority).max().orElse(0);
    }

    int majority() {
      return voters.size() / 2 + 1;
    }
  }
}
