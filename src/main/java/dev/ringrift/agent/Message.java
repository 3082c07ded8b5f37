package dev.ringrift.agent;

import dev.ringrift.core.Fence;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.jobs.AttemptId;
import dev.ringrift.core.jobs.Capacity;
import java.util.List;
import java.util.Map;

/// What agents say to each other, one way. Each can be lost or come twice; the next one mends it.
public sealed interface Message {
  /// Who a node is; sent when a link opens and when something of it changes.
  ///
  /// @param instance a new random word for each start of the agent
  /// @param addresses where its agent can be dialled, `ws://host:port`
  /// @param pid of the agent's process
  record Hello(
      String instance,
      List<String> addresses,
      Capacity capacity,
      String version,
      long pid,
      long wallMillis)
      implements Message {
    public Hello {
      addresses = List.copyOf(addresses);
    }
  }

  /// "I am alive", every second to the leader and to the witness.
  ///
  /// @param sentNanos on the sender's monotonic clock; returned in the answer
  /// @param rttNanos the newest measured round trip to the receiver, 0 before the first
  record Beat(String instance, long seq, long sentNanos, long rttNanos) implements Message {}

  /// A voter's answer to a beat.
  ///
  /// @param leader the node's name, or empty when none is known
  /// @param voters addresses of all voters by name, so that a worker can follow changes
  record BeatAck(long sentNanos, String leader, Fence fence, Map<String, List<String>> voters)
      implements Message {
    public BeatAck {
      voters = Map.copyOf(voters);
    }
  }

  /// How a node is and what runs there; to the leader, at changes and every few seconds.
  ///
  /// @param to the leader that it is meant for: another's would take an old one for news
  /// @param seq grows within an instance; an older one is dropped
  /// @param whole whether the node's keeper has answered, so that `attempts` is all there is
  record Report(
      Fence to,
      String instance,
      long seq,
      boolean whole,
      List<AttemptReport> attempts,
      Figures figures)
      implements Message {
    public Report {
      attempts = List.copyOf(attempts);
    }
  }

  /// What a voter has heard lately, to the leader: milliseconds since each node's last beat.
  record Witness(Map<String, Long> heardMillisAgo) implements Message {
    public Witness {
      heardMillisAgo = Map.copyOf(heardMillisAgo);
    }
  }

  /// What the leader wants of a node.
  ///
  /// @param start to be started, unless known
  /// @param stop to be ended
  /// @param settled ended attempts whose result is in the ledger: to be forgotten
  record Orders(Fence fence, List<StartOrder> start, List<StopOrder> stop, List<AttemptId> settled)
      implements Message {
    public Orders {
      start = List.copyOf(start);
      stop = List.copyOf(stop);
      settled = List.copyOf(settled);
    }
  }

  /// One attempt to be ended.
  record StopOrder(AttemptId attempt, String reason) {}

  /// A node asks whether an exclusive attempt may start or go on.
  ///
  /// @param askedBootNanos on the node's `CLOCK_BOOTTIME` when it asked; the lease counts from here
  record LeaseAsk(AttemptId attempt, long askedBootNanos) implements Message {}

  /// The leader's yes.
  record LeaseGrant(Fence fence, AttemptId attempt, long askedBootNanos) implements Message {}

  /// An order was refused because a newer leader is known.
  record Refused(Fence highest) implements Message {}

  /// A message that a voter hands on, between a worker and a leader without a link.
  record Relay(NodeId from, NodeId to, Message body) implements Message {}
}
