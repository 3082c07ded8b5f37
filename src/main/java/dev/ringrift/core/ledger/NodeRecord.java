package dev.ringrift.core.ledger;

import dev.ringrift.core.NodeId;
import dev.ringrift.core.Role;
import dev.ringrift.core.jobs.Capacity;
import java.util.List;
import java.util.Locale;

/// What the ledger knows of a node; whether it is alive is the leader's memory and not here.
///
/// @param addresses where its agent can be dialled
/// @param commands the highest version of commands that its program reads
/// @param pid of its agent
/// @param drainReason why no new task is placed on it; empty while tasks may be
/// @param word what the provider, or the operator, last said of the machine
/// @param wordReason in whose words
public record NodeRecord(
    NodeId id,
    Role role,
    List<String> addresses,
    Capacity capacity,
    String version,
    int commands,
    long pid,
    long registeredMillis,
    String drainReason,
    Word word,
    String wordReason) {
  public NodeRecord {
    addresses = List.copyOf(addresses);
  }

  /// Whether tasks may be placed on it as far as the ledger knows.
  public boolean schedulable() {
    return drainReason.isEmpty() && word == Word.RUNS && capacity.slots() > 0;
  }

  NodeRecord withDrain(String reason) {
    return new NodeRecord(
        id,
        role,
        addresses,
        capacity,
        version,
        commands,
        pid,
        registeredMillis,
        reason,
        word,
        wordReason);
  }

  NodeRecord withWord(Word said, String reason) {
    return new NodeRecord(
        id,
        role,
        addresses,
        capacity,
        version,
        commands,
        pid,
        registeredMillis,
        drainReason,
        said,
        reason);
  }

  /// What is said of a machine by those who own or rent it.
  public enum Word {
    /// Nothing against it.
    RUNS,
    /// Outbid or stopped: it may come back with its disk.
    PAUSED,
    /// It will not come back.
    GONE;

    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
