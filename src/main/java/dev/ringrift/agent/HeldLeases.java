package dev.ringrift.agent;

import dev.ringrift.agent.port.Clock;
import dev.ringrift.agent.port.Keeper;
import dev.ringrift.core.jobs.AttemptId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The exclusive attempts of this node: each starts only on the leader's answer, and runs on a
/// lease that is counted from when this node asked for it. Used on the agent's loop.
final class HeldLeases {
  private static final int LEASES_MAX = 1_000;

  private final Clock clock;
  private final Keeper keeper;
  private final Map<AttemptId, Lease> leases = new LinkedHashMap<>();

  HeldLeases(Clock clock, Keeper keeper) {
    this.clock = clock;
    this.keeper = keeper;
  }

  /// The leader orders an exclusive attempt to start.
  ///
  /// @return what to ask the leader, unless it was asked before
  Optional<Message.LeaseAsk> ordered(StartOrder order) {
    return held(order.attempt(), order.lease(), Optional.of(order));
  }

  /// The leader orders an exclusive attempt, which lives here, to go on.
  ///
  /// @return what to ask the leader, unless it is being asked already
  Optional<Message.LeaseAsk> renewed(Message.RenewOrder order) {
    return held(order.attempt(), order.lease(), Optional.empty());
  }

  private Optional<Message.LeaseAsk> held(
      AttemptId attempt, Duration lease, Optional<StartOrder> toStart) {
    if (leases.containsKey(attempt) || leases.size() >= LEASES_MAX) {
      return Optional.empty();
    }
    long boot = clock.bootNanos();
    leases.put(attempt, new Lease(lease, boot, boot, toStart));
    return Optional.of(new Message.LeaseAsk(attempt, boot));
  }

  /// The leader lets an attempt start or go on.
  void granted(Message.LeaseGrant grant) {
    Lease lease = leases.get(grant.attempt());
    long boot = clock.bootNanos();
    if (lease == null || grant.askedBootNanos() - boot > 0) {
      return; // an answer to a question of before a reboot would be a lease without end
    }
    long until = grant.askedBootNanos() + lease.nanos();
    if (until - boot <= 0) {
      return;
    }
    keeper.extendLease(grant.attempt(), until);
    if (lease.toStart().isPresent()) {
      leases.put(grant.attempt(), lease.begun());
      keeper.start(lease.toStart().get());
    }
  }

  /// What to ask now: a third of a lease after the last time. One that was not allowed to start in
  /// a whole lease is dropped: the leader orders it again if it still wants it.
  List<Message.LeaseAsk> due() {
    long boot = clock.bootNanos();
    leases
        .values()
        .removeIf(l -> l.toStart().isPresent() && boot - l.orderedBootNanos() >= l.nanos());
    List<Message.LeaseAsk> asks = new ArrayList<>();
    for (Map.Entry<AttemptId, Lease> entry : leases.entrySet()) {
      Lease lease = entry.getValue();
      if (boot - lease.askedBootNanos() >= lease.nanos() / 3) {
        entry.setValue(lease.asked(boot));
        asks.add(new Message.LeaseAsk(entry.getKey(), boot));
      }
    }
    return asks;
  }

  /// The attempt has ended, or is to end.
  void drop(AttemptId attempt) {
    leases.remove(attempt);
  }

  /// The keeper said all that it knows: what it is not among lives here no more. The leader orders
  /// it again if it still wants it.
  void retain(Set<AttemptId> known) {
    leases
        .entrySet()
        .removeIf(e -> e.getValue().toStart().isEmpty() && !known.contains(e.getKey()));
  }

  /// @param length how long one grant lasts
  /// @param toStart what is to be started when it is granted for the first time
  private record Lease(
      Duration length, long orderedBootNanos, long askedBootNanos, Optional<StartOrder> toStart) {
    long nanos() {
      return length.toNanos();
    }

    Lease asked(long bootNanos) {
      return new Lease(length, orderedBootNanos, bootNanos, toStart);
    }

    Lease begun() {
      return new Lease(length, orderedBootNanos, askedBootNanos, Optional.empty());
    }
  }
}
