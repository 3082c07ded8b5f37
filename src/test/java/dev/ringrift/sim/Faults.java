package dev.ringrift.sim;

import dev.ringrift.core.election.ElectionTimings;
import dev.ringrift.core.ledger.NodeRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/// Breaks the world from a seed, one thing after the other and several at a time, and mends it.
final class Faults {
  private static final int LOST_MACHINES_MAX = 2;

  private final SimWorld world;
  private final Operator operator;
  private final SplittableRandom dice;
  private final SplittableRandom diskDice;
  private final long pauseNanos;
  private boolean over;
  private int lostMachines;

  Faults(SimWorld world, Operator operator) {
    this.world = world;
    this.operator = operator;
    this.dice = world.dice("faults");
    this.diskDice = world.dice("faults of disks");
    // Some runs are nearly calm, others a storm.
    this.pauseNanos = (dice.nextInt(4) == 0 ? 40 : dice.nextLong(3, 15)) * SimWorld.SECONDS;
  }

  void begin() {
    world.after(
        dice.nextLong(pauseNanos) + SimWorld.SECONDS,
        "fault",
        () -> {
          if (!over) {
            breakSomething();
            breakDisk();
            begin();
          }
        });
  }

  /// Mends everything that can be mended.
  void heal() {
    world.note("all faults are mended");
    over = true;
    world.fabric.mendAll();
    world.fabric.weather(0, 0);
    for (SimHost host : world.hosts.values()) {
      host.thaw();
      host.slowDisk(0);
      host.disk.full = false;
      host.powerOn();
      host.startAgent();
      if (host.gone() && !operator.saidGone(host.id)) {
        operator.say(host.id, NodeRecord.Word.GONE);
      }
    }
  }

  private void breakSomething() {
    switch (dice.nextInt(30)) {
      case 0, 1 -> killAgent(any());
      case 2 -> leader().ifPresent(this::killAgent);
      case 3 -> powerCycle(any());
      case 4 -> lose(worker());
      case 25, 26 -> loseWithLateWords(worker());
      case 27, 28 -> busyWorker().ifPresent(this::silence);
      case 5 -> pause(worker());
      case 6 -> isolate(any(), world.hosts.values());
      case 7 -> leader().ifPresent(l -> isolate(l, voters()));
      case 8 -> leader().ifPresent(l -> isolate(l, world.hosts.values()));
      case 9 -> oneWay(any(), any());
      case 10 -> leader().ifPresent(l -> oneWay(l, voters().get(dice.nextInt(3))));
      case 11 -> leader().ifPresent(l -> isolate(worker(), List.of(l)));
      case 12 -> stall(any());
      case 13 -> freeze(any());
      case 14 -> any().clock.jump(dice.nextLong(-600_000, 600_000));
      case 15 -> slowDisk(voters().get(dice.nextInt(3)));
      case 16, 17 -> leader().ifPresent(this::lateOrders);
      case 18, 19 -> slowCommits();
      case 20 -> isolate(worker(), world.hosts.values());
      case 21, 22 -> retime(voters().get(dice.nextInt(3)));
      case 23 -> leader().ifPresent(this::retimeOthers);
      case 24 -> operator.wait(otherTimings());
      default -> weather();
    }
  }

  private void breakDisk() {
    List<SimHost> all = List.copyOf(world.hosts.values());
    SimHost host = all.get(diskDice.nextInt(all.size()));
    switch (diskDice.nextInt(10)) {
      case 0 -> loseJournal(host);
      case 1 -> fill(host, diskDice.nextLong(2, 30) * SimWorld.SECONDS);
      default -> {}
    }
  }

  private void loseJournal(SimHost host) {
    if (host.answers()) {
      host.keeper.loseJournal();
    }
  }

  private void fill(SimHost host, long nanos) {
    world.note("%s: its disk is full", host);
    host.disk.full = true;
    later(nanos, "disk has room", () -> host.disk.full = false);
  }

  private long seconds(int least, int most) {
    return dice.nextLong(least * 1_000L, most * 1_000L) * SimWorld.MILLIS;
  }

  private void later(long nanos, String what, Runnable mend) {
    world.after(
        nanos,
        what,
        () -> {
          if (!over) {
            mend.run();
          }
        });
  }

  private void killAgent(SimHost host) {
    host.killAgent("fault");
    later(seconds(0, 30), "agent restarts", host::startAgent);
  }

  private void powerCycle(SimHost host) {
    host.powerOff(false);
    later(seconds(2, 60), "host boots", host::powerOn);
  }

  private void lose(SimHost host) {
    if (mayLose(host)) {
      later(
          seconds(0, 5),
          "machine lost",
          () -> {
            host.powerOff(true);
            if (dice.nextBoolean()) {
              provider(host, seconds(0, 20));
            }
          });
    }
  }

  /// What it says last is still on its way when the provider gives it up. It says who it is every
  /// few seconds.
  private void loseWithLateWords(SimHost host) {
    if (mayLose(host)) {
      world.fabric.holdUp(host, seconds(8, 20));
      later(
          seconds(4, 8),
          "machine lost",
          () -> {
            host.powerOff(true);
            provider(host, seconds(0, 2));
          });
    }
  }

  private boolean mayLose(SimHost host) {
    boolean may = lostMachines < LOST_MACHINES_MAX && !host.gone();
    lostMachines += may ? 1 : 0;
    return may;
  }

  private void provider(SimHost host, long afterNanos) {
    later(afterNanos, "provider's word", () -> operator.say(host.id, NodeRecord.Word.GONE));
  }

  private void pause(SimHost host) {
    if (host.powered()) {
      host.powerOff(false);
      operator.say(host.id, NodeRecord.Word.PAUSED);
      later(seconds(10, 90), "outbid host boots", host::powerOn);
    }
  }

  private void isolate(SimHost host, Iterable<SimHost> others) {
    isolate(host, others, seconds(1, 60));
  }

  /// It is not heard for so long that its tasks are tried elsewhere, and is heard again while both
  /// attempts run.
  private void silence(SimHost worker) {
    isolate(worker, world.hosts.values(), seconds(14, 30));
  }

  private void isolate(SimHost host, Iterable<SimHost> others, long nanos) {
    List<SimHost> from = new ArrayList<>();
    others.forEach(from::add);
    from.remove(host);
    world.note("%s is cut from %s", host, from);
    for (SimHost other : from) {
      world.fabric.cut(host, other);
      world.fabric.cut(other, host);
    }
    later(
        nanos,
        "cut mends",
        () -> {
          world.note("%s is no longer cut from %s", host, from);
          for (SimHost other : from) {
            world.fabric.mend(host, other);
            world.fabric.mend(other, host);
          }
        });
  }

  private void oneWay(SimHost from, SimHost to) {
    world.note("nothing passes from %s to %s", from, to);
    world.fabric.cut(from, to);
    later(
        seconds(1, 60),
        "one way mends",
        () -> {
          world.note("again passes from %s to %s", from, to);
          world.fabric.mend(from, to);
        });
  }

  private void stall(SimHost host) {
    host.process().ifPresent(p -> p.stall(seconds(0, 20)));
  }

  private void freeze(SimHost host) {
    host.freeze();
    later(seconds(0, 60), "host thaws", host::thaw);
  }

  private void slowDisk(SimHost host) {
    host.slowDisk(dice.nextLong(10, 1_500) * SimWorld.MILLIS);
    later(seconds(5, 60), "disk recovers", () -> host.slowDisk(0));
  }

  /// What the leader sends is held up, and it is deposed before that arrives.
  private void lateOrders(SimHost leader) {
    long late = seconds(1, 8);
    world.note("what %s sends takes %d ms longer", leader, late / SimWorld.MILLIS);
    world.fabric.holdUp(leader, late);
    later(dice.nextLong(late), "deposed", () -> isolate(leader, voters()));
    later(late, "no longer held up", () -> world.fabric.holdUp(leader, 0));
  }

  /// Commits take their time, and the leader is lost while they do.
  private void slowCommits() {
    for (SimHost voter : voters()) {
      voter.slowDisk(dice.nextLong(100, 1_500) * SimWorld.MILLIS);
    }
    later(seconds(2, 20), "leader lost", () -> leader().ifPresent(this::loseLead));
    later(seconds(5, 40), "disks recover", () -> voters().forEach(voter -> voter.slowDisk(0)));
  }

  private void loseLead(SimHost leader) {
    if (dice.nextBoolean()) {
      killAgent(leader);
    } else {
      isolate(leader, voters());
    }
  }

  /// A voter runs on timings of its own, as one does whose disk was lost.
  private void retime(SimHost voter) {
    ElectionTimings other = otherTimings();
    voter.process().flatMap(AgentProcess::ledger).ifPresent(ledger -> ledger.raft().retime(other));
  }

  /// The others listen less long than the leader speaks, and it is cut off soon after.
  private void retimeOthers(SimHost leader) {
    voters().stream().filter(voter -> !voter.equals(leader)).forEach(this::retime);
    later(seconds(1, 3), "leader cut", () -> isolate(leader, voters()));
  }

  private ElectionTimings otherTimings() {
    return new ElectionTimings(Duration.ofMillis(300L << dice.nextInt(4)));
  }

  private void weather() {
    world.fabric.weather(dice.nextInt(31), dice.nextInt(10));
    later(seconds(5, 60), "weather clears", () -> world.fabric.weather(0, 0));
  }

  private SimHost any() {
    List<SimHost> all = List.copyOf(world.hosts.values());
    return all.get(dice.nextInt(all.size()));
  }

  private SimHost worker() {
    List<SimHost> all = world.hosts.values().stream().filter(h -> !h.voter()).toList();
    return all.get(dice.nextInt(all.size()));
  }

  /// A worker on which something runs whose task may be tried elsewhere meanwhile.
  private Optional<SimHost> busyWorker() {
    List<SimHost> busy =
        world.hosts.values().stream()
            .filter(host -> !host.voter())
            .filter(
                host ->
                    world.executions.runningOn(host).stream().anyMatch(e -> !e.order.exclusive()))
            .toList();
    return busy.isEmpty() ? Optional.empty() : Optional.of(busy.get(dice.nextInt(busy.size())));
  }

  private List<SimHost> voters() {
    return world.hosts.values().stream().filter(SimHost::voter).toList();
  }

  private Optional<SimHost> leader() {
    return voters().stream()
        .filter(SimHost::answers)
        .filter(h -> h.process().flatMap(AgentProcess::ledger).stream().anyMatch(Faults::leads))
        .findFirst();
  }

  private static boolean leads(SimLedger ledger) {
    return ledger.standing().mayAct();
  }
}
