package dev.ringrift.sim;

import dev.ringrift.core.ledger.Command;
import dev.ringrift.core.ledger.Vocabulary;
import java.util.List;
import java.util.SplittableRandom;

/// In half of the runs the voters begin with a program that does not read one kind of command, and
/// are updated one after the other, in no order, while everything breaks. Nobody may meet a command
/// that it cannot read.
final class Upgrades {
  /// The version that every run comes to.
  static final int VERSION = 2;

  private static final Vocabulary NEW =
      new Vocabulary(VERSION, command -> command instanceof Command.Drain ? VERSION : 1);
  private static final Vocabulary OLD = new Vocabulary(1, NEW.since());

  private final SimWorld world;
  private final List<SimHost> voters;

  Upgrades(SimWorld world) {
    this.world = world;
    this.voters = world.hosts.values().stream().filter(SimHost::voter).toList();
  }

  /// Updates every voter within `spanNanos`; to be called before the first agent starts.
  void begin(long spanNanos) {
    SplittableRandom dice = world.dice("upgrades");
    boolean mixed = dice.nextBoolean();
    for (SimHost host : world.hosts.values()) {
      host.vocabulary = mixed ? OLD : NEW;
    }
    if (mixed) {
      voters.forEach(v -> world.after(dice.nextLong(spanNanos), "update", () -> update(v)));
    }
    world.invariant(this::check);
  }

  private static void update(SimHost host) {
    host.vocabulary = NEW;
    host.killAgent("update");
    host.startAgent();
  }

  private void check() {
    for (SimHost voter : voters) {
      if (voter.process().flatMap(AgentProcess::ledger).filter(SimLedger::outdated).isPresent()) {
        throw new Violation("%s has met a command that its program cannot read".formatted(voter));
      }
    }
  }
}
