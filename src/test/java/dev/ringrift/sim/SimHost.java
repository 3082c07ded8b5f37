package dev.ringrift.sim;

import dev.ringrift.core.NodeId;
import dev.ringrift.core.Role;
import dev.ringrift.core.jobs.Capacity;
import dev.ringrift.core.ledger.Vocabulary;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.SplittableRandom;

/// One machine: its clocks, its disk, its keeper, and the process of its agent, each of which can
/// fail apart from the others.
final class SimHost {
  final SimWorld world;
  final NodeId id;
  final Role role;
  final int index;
  final Capacity capacity;
  final SimClock clock;
  final SimDisk disk = new SimDisk();
  final RaftDisk raftDisk = new RaftDisk();
  final SimKeeper keeper;
  final SimNetwork network;

  /// What the program reads that is started next.
  Vocabulary vocabulary = Vocabulary.OWN;

  private final SplittableRandom dice;
  private final NodeProgram.Maker maker;
  private final ArrayDeque<Runnable> frozenBacklog = new ArrayDeque<>();
  private Optional<AgentProcess> process = Optional.empty();
  private boolean powered = true;
  private boolean frozen;
  private boolean gone;
  private int incarnations;
  private int boots;
  private long slowDiskNanos;

  SimHost(SimWorld world, NodeId id, Role role, Capacity capacity, NodeProgram.Maker maker) {
    this.world = world;
    this.id = id;
    this.role = role;
    this.capacity = capacity;
    this.maker = maker;
    this.index = world.hosts.size();
    this.dice = world.dice("host " + id);
    this.clock = new SimClock(world, world.dice("clock " + id));
    this.keeper = new SimKeeper(this, world.dice("keeper " + id));
    this.network = new SimNetwork(world.fabric, this);
    world.hosts.put(id, this);
    world.fabric.add(this);
  }

  boolean voter() {
    return role == Role.VOTER;
  }

  boolean powered() {
    return powered;
  }

  boolean frozen() {
    return frozen;
  }

  boolean gone() {
    return gone;
  }

  /// What each write of the ledger takes longer than usual.
  long slowDiskNanos() {
    return slowDiskNanos;
  }

  void slowDisk(long nanos) {
    world.note("%s: each write of the ledger takes %d ms longer", id, nanos / SimWorld.MILLIS);
    slowDiskNanos = nanos;
  }

  /// Counts reboots, so that what was meant for an earlier boot is dropped.
  int boots() {
    return boots;
  }

  /// The agent's process, while one runs.
  Optional<AgentProcess> process() {
    return process;
  }

  /// Whether packets to it are taken.
  boolean answers() {
    return powered && !frozen;
  }

  /// Starts the agent, unless it runs or there is no power.
  void startAgent() {
    if (!powered || process.isPresent()) {
      return;
    }
    AgentProcess started = new AgentProcess(this, ++incarnations, dice.split());
    process = Optional.of(started);
    world.note("%s agent starts, instance %d", id, incarnations);
    started.begin(maker);
    keeper.attach();
  }

  /// `kill -9` of the agent; jobs and keeper live on.
  void killAgent(String why) {
    process.ifPresent(
        killed -> {
          world.note("%s agent killed: %s", id, why);
          process = Optional.empty();
          killed.end();
          raftDisk.crash();
          network.processEnded();
        });
  }

  /// The power fails; with `forGood` nothing of the machine ever comes back.
  void powerOff(boolean forGood) {
    if (!powered) {
      gone |= forGood;
      return;
    }
    world.note("%s loses power%s", id, forGood ? " for good" : "");
    if (frozen) {
      thaw();
    }
    gone = forGood;
    powered = false;
    process.ifPresent(AgentProcess::end);
    process = Optional.empty();
    raftDisk.crash();
    disk.crash();
    frozenBacklog.clear();
    keeper.powerOff();
    network.powerOff();
  }

  /// Comes back with its disk, unless it is gone for good.
  void powerOn() {
    if (powered || gone) {
      return;
    }
    world.note("%s boots", id);
    powered = true;
    boots++;
    clock.reboot();
    keeper.boot();
    startAgent();
  }

  /// Everything on it stands still, the clock since boot goes on; nobody is told.
  void freeze() {
    if (powered && !frozen) {
      world.note("%s freezes", id);
      frozen = true;
      clock.freeze();
    }
  }

  /// Everything that was due happens now.
  void thaw() {
    if (frozen) {
      world.note("%s thaws", id);
      frozen = false;
      clock.thaw();
      while (!frozen && !frozenBacklog.isEmpty()) {
        frozenBacklog.remove().run();
      }
    }
  }

  /// Lets `work` happen on this machine now, or when it thaws; never after a reboot.
  void run(int boot, Runnable work) {
    if (!powered || boot != boots) {
      return;
    }
    if (frozen) {
      frozenBacklog.add(work);
    } else {
      work.run();
    }
  }

  /// Lets `work` happen on this machine after `delayNanos`.
  void after(long delayNanos, String what, Runnable work) {
    int boot = boots;
    world.after(delayNanos, what, () -> run(boot, work));
  }

  @Override
  public String toString() {
    return id.value();
  }
}
