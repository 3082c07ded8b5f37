package dev.ringrift.agent;

import dev.ringrift.agent.port.Clock;
import dev.ringrift.agent.port.Ledger;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.Role;
import dev.ringrift.core.jobs.AttemptId;
import dev.ringrift.core.ledger.Command;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/// The leader's own proposals: one of each kind in flight, so that what comes in the meantime is
/// committed together next, and nothing is decided twice. Used on the agent's loop.
final class Proposer {
  private static final int STEPS_MAX = 500;
  private static final int PENDING_MAX = 100_000;

  private final Ledger ledger;
  private final Clock clock;
  private final Consumer<Event> inbox;
  private final Map<AttemptId, Pending> pending = new LinkedHashMap<>();
  private final Set<AttemptId> committing = new HashSet<>();
  private final Set<NodeId> registering = new HashSet<>();
  private boolean placing;
  private boolean raising;
  private long generation;

  Proposer(Ledger ledger, Clock clock, Consumer<Event> inbox) {
    this.ledger = ledger;
    this.clock = clock;
    this.inbox = inbox;
  }

  /// A new term begins: what was on the way no longer concerns this leader.
  void begin() {
    generation++;
    pending.clear();
    committing.clear();
    registering.clear();
    placing = false;
    raising = false;
  }

  /// Proposes that this node leads; `failed` when that did not come to be.
  void lead(long term, NodeId self, Runnable done, Runnable failed) {
    propose(new Command.Lead(term, self, clock.wallMillis()), done, failed);
  }

  void register(long term, NodeId node, Role role, Message.Hello hello) {
    if (!registering.add(node)) {
      return;
    }
    Runnable over = () -> registering.remove(node);
    propose(
        new Command.Register(
            term,
            node,
            role,
            hello.addresses(),
            hello.capacity(),
            hello.version(),
            hello.commands(),
            hello.pid(),
            clock.wallMillis()),
        over,
        over);
  }

  /// Has the cluster's version raised.
  void raiseVersion(int version) {
    if (raising) {
      return;
    }
    raising = true;
    Runnable over = () -> raising = false;
    propose(new Command.RaiseVersion(version, clock.wallMillis()), over, over);
  }

  /// Has a step committed with the next batch; a later step of the same attempt replaces one that
  /// still waits. `done` follows the commit.
  void step(Command.Step step, Runnable done) {
    if (committing.contains(step.attempt())) {
      return;
    }
    if (pending.size() < PENDING_MAX || pending.containsKey(step.attempt())) {
      pending.put(step.attempt(), new Pending(step, done));
    }
  }

  /// Whether something about this attempt is on its way into the ledger.
  boolean isPending(AttemptId attempt) {
    return pending.containsKey(attempt) || committing.contains(attempt);
  }

  /// Proposes what waits, unless a batch is in flight.
  void flush(long term) {
    if (!committing.isEmpty() || pending.isEmpty()) {
      return;
    }
    List<Command.Step> steps = new ArrayList<>();
    Set<Runnable> then = new LinkedHashSet<>();
    Iterator<Pending> waiting = pending.values().iterator();
    while (waiting.hasNext() && steps.size() < STEPS_MAX) {
      Pending next = waiting.next();
      waiting.remove();
      steps.add(next.step());
      then.add(next.done());
      committing.add(next.step().attempt());
    }
    propose(
        new Command.Progress(term, steps, clock.wallMillis()),
        () -> {
          committing.clear();
          then.forEach(Runnable::run);
        },
        committing::clear);
  }

  /// Whether a placement is in flight.
  boolean placing() {
    return placing;
  }

  void place(Command.Place place, Runnable done) {
    placing = true;
    propose(
        place,
        () -> {
          placing = false;
          done.run();
        },
        () -> placing = false);
  }

  private void propose(Command command, Runnable done, Runnable failed) {
    long mine = generation;
    ledger.propose(
        command,
        proposal ->
            inbox.accept(
                new Event.Answered(
                    () -> {
                      if (mine == generation) {
                        (proposal instanceof Ledger.Proposal.Committed ? done : failed).run();
                      }
                    })));
  }

  private record Pending(Command.Step step, Runnable done) {}
}
