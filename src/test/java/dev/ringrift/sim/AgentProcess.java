package dev.ringrift.sim;

import dev.ringrift.agent.port.Ledger;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.ledger.Vocabulary;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/// One run of an agent, from its start to its end: what it holds in memory, and its loop, which can
/// stall (a long garbage collection) while the rest of the machine goes on.
final class AgentProcess {
  /// How often the loop ticks; a tick takes a little longer than that now and then.
  private static final long TICK_NANOS = 50 * SimWorld.MILLIS;

  private static final int BACKLOG_MAX = 20_000;

  final SimHost host;
  final int incarnation;

  /// What its program reads.
  final Vocabulary known;

  private final SplittableRandom dice;
  private final ArrayDeque<Runnable> backlog = new ArrayDeque<>();
  private final String tickName;
  private Optional<NodeProgram> program = Optional.empty();
  private Optional<SimLedger> ledger = Optional.empty();
  private Optional<Ledger> port = Optional.empty();
  private long stalledUntil;
  private boolean alive = true;
  private boolean draining;

  AgentProcess(SimHost host, int incarnation, SplittableRandom dice) {
    this.host = host;
    this.incarnation = incarnation;
    this.known = host.vocabulary;
    this.dice = dice;
    this.tickName = host.id + " tick";
  }

  void begin(NodeProgram.Maker maker) {
    if (host.voter()) {
      ledger = Optional.of(new SimLedger(this, dice.split()));
      port = ledger.map(own -> own);
    }
    NodeProgram started = maker.start(host, this);
    program = Optional.of(started);
    ledger.ifPresent(SimLedger::begin);
    // A link may have come up while there was nobody to hear of it.
    for (NodeId peer : List.copyOf(host.network.connected())) {
      started.linkUp(peer, host.world.host(peer).role);
    }
    nextTick();
  }

  void end() {
    alive = false;
    backlog.clear();
    ledger.ifPresent(SimLedger::end);
  }

  boolean alive() {
    return alive;
  }

  /// The voter's ledger; a worker has none.
  Optional<SimLedger> ledger() {
    return ledger;
  }

  /// The ledger as the program sees it.
  Optional<Ledger> port() {
    return port;
  }

  void see(Ledger other) {
    port = Optional.of(other);
  }

  Optional<NodeProgram> program() {
    return program;
  }

  SplittableRandom dice() {
    return dice;
  }

  /// Makes the loop stand still for a while.
  void stall(long spanNanos) {
    host.world.note("%s stalls for %d ms", host, spanNanos / SimWorld.MILLIS);
    stalledUntil = Math.max(stalledUntil, host.world.now() + spanNanos);
    after(stalledUntil - host.world.now(), "stall ends", () -> {});
  }

  /// Lets the program hear of something, after what came before it.
  void tell(Consumer<NodeProgram> event) {
    run(() -> program.ifPresent(event));
  }

  /// Lets `work` happen in this process now, or when its loop or machine goes on.
  void run(Runnable work) {
    host.run(
        host.boots(),
        () -> {
          if (!alive) {
            return;
          }
          if (host.world.now() < stalledUntil) {
            if (backlog.size() >= BACKLOG_MAX) {
              throw new Violation("%s: %d events wait for its loop".formatted(host, BACKLOG_MAX));
            }
            backlog.add(work);
            return;
          }
          backlog.add(work);
          drain();
        });
  }

  /// In the order in which they came, whatever one of them asks for in turn.
  private void drain() {
    if (draining) {
      return;
    }
    draining = true;
    while (alive && !backlog.isEmpty()) {
      backlog.remove().run();
    }
    draining = false;
  }

  /// Lets `work` happen in this process after `delayNanos`; dropped if it has ended by then.
  void after(long delayNanos, String what, Runnable work) {
    host.world.after(
        delayNanos,
        what,
        () -> {
          if (alive) {
            run(work);
          }
        });
  }

  private void nextTick() {
    long late = dice.nextInt(50) == 0 ? dice.nextLong(20 * SimWorld.MILLIS) : 0;
    after(
        TICK_NANOS + late,
        tickName,
        () -> {
          program.ifPresent(NodeProgram::tick);
          nextTick();
        });
  }
}
