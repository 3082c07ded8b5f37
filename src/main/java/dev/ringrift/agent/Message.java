package dev.ringrift.agent;

import dev.ringrift.agent.data.CollectOrder;
import dev.ringrift.agent.data.Collected;
import dev.ringrift.agent.data.CopyOrder;
import dev.ringrift.agent.data.Depot;
import dev.ringrift.agent.data.FetchReport;
import dev.ringrift.agent.data.SaveOrder;
import dev.ringrift.agent.data.Saved;
import dev.ringrift.core.Fence;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.data.ObjectId;
import dev.ringrift.core.jobs.AttemptId;
import dev.ringrift.core.jobs.Capacity;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// What agents say to each other, one way. Each can be lost or come twice; the next one mends it.
public sealed interface Message {
  /// Who a node is; sent when a link opens and when something of it changes.
  ///
  /// @param instance a new random word for each start of the agent
  /// @param addresses where its agent can be dialled, `ws://host:port`
  /// @param version of its program
  /// @param commands the highest version of commands that its program reads
  /// @param pid of the agent's process
  record Hello(
      String instance,
      List<String> addresses,
      Capacity capacity,
      String version,
      int commands,
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
  /// @param renew exclusive attempts that live there and are to go on
  /// @param stop to be ended
  /// @param settled ended attempts whose result is in the ledger: to be forgotten
  record Orders(
      Fence fence,
      List<StartOrder> start,
      List<RenewOrder> renew,
      List<StopOrder> stop,
      List<AttemptId> settled)
      implements Message {
    public Orders {
      start = List.copyOf(start);
      renew = renew == null ? List.of() : List.copyOf(renew); // an older leader has none
      stop = List.copyOf(stop);
      settled = List.copyOf(settled);
    }
  }

  /// One exclusive attempt that is to ask for its lease again and again; it is never started by
  /// this.
  ///
  /// @param lease how long one grant lasts
  record RenewOrder(AttemptId attempt, Duration lease) {}

  /// One attempt to be ended.
  record StopOrder(AttemptId attempt, String reason) {}

  /// A node asks whether an exclusive attempt may start or go on.
  ///
  /// @param askedBootNanos on the node's `CLOCK_BOOTTIME` when it asked; the lease counts from here
  record LeaseAsk(AttemptId attempt, long askedBootNanos) implements Message {}

  /// The leader's yes.
  record LeaseGrant(Fence fence, AttemptId attempt, long askedBootNanos) implements Message {}

  /// Which files a node holds and how its fetches go; to the leader, at changes, every few seconds,
  /// and each second while something is fetched.
  ///
  /// @param to the leader that it is meant for
  /// @param seq grows within an instance; an older one is dropped
  /// @param url where others can fetch its files, `http://host:port`; empty for nowhere
  /// @param mark of the set that is held, so that the leader knows whether it has the right one
  /// @param all whether `whole` is that set, and `spare` all that can be spared; otherwise the
  ///     first is left out, and so is the second unless `overBytes` is above 0
  /// @param overBytes by how much the files are more than the node is to hold
  /// @param collected what ended attempts left, for as long as the leader may ask for it
  /// @param saved the newest checkpoints of attempts
  record DataReport(
      Fence to,
      String instance,
      long seq,
      String url,
      long mark,
      boolean all,
      List<ObjectId> whole,
      List<Depot.Spare> spare,
      long overBytes,
      List<FetchReport> fetches,
      List<Collected> collected,
      List<Saved> saved)
      implements Message {
    public DataReport {
      whole = List.copyOf(whole);
      spare = List.copyOf(spare);
      fetches = List.copyOf(fetches);
      collected = List.copyOf(collected);
      saved = List.copyOf(saved);
    }
  }

  /// Which files the leader wants on a node.
  ///
  /// @param tell whether the node is to say all that it holds
  /// @param fetch to be fetched, or, when that has begun, from where else it can be had
  /// @param remove copies to be given up
  /// @param collect files of ended attempts to be kept
  /// @param save files of running attempts to be saved now and then
  record DataOrders(
      Fence fence,
      boolean tell,
      List<CopyOrder> fetch,
      List<ObjectId> remove,
      List<CollectOrder> collect,
      List<SaveOrder> save)
      implements Message {
    public DataOrders {
      collect = List.copyOf(collect);
      save = List.copyOf(save);
      fetch = List.copyOf(fetch);
      remove = List.copyOf(remove);
    }
  }

  /// An order was refused because a newer leader is known.
  record Refused(Fence highest) implements Message {}

  /// Another agent is there under the same name, and the leader listens to that one while it lives.
  ///
  /// @param instance the agent that this is said to; another takes no notice
  record Rival(String instance) implements Message {}

  /// A message that a voter hands on, between a worker and a leader without a link.
  record Relay(NodeId from, NodeId to, Message body) implements Message {}
}
