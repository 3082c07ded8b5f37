package dev.ringrift.sim;

import dev.ringrift.core.NodeId;
import dev.ringrift.core.election.ElectionTimings;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/// Raft for one voter: which role it has in which term, and how roles follow each other. Who is
/// elected is `RaftElection`, what the log becomes `RaftReplication`, for how long it stays with a
/// leader `RaftPromises`. Voters may run on other timings than others, and are opened again to
/// change them. Every span is counted on CLOCK_BOOTTIME, so that a frozen machine does not wake up
/// as a leader.
final class SimRaft {
  /// Those of a new cluster here.
  static final ElectionTimings TIMINGS = new ElectionTimings(Duration.ofMillis(600));

  final AgentProcess process;
  final SimHost host;
  final RaftDisk disk;
  final SplittableRandom dice;
  final Watcher watcher;
  final RaftPromises promises;
  final RaftElection election;
  final RaftReplication replication;
  private Role role = Role.FOLLOWER;
  private Optional<NodeId> leader = Optional.empty();
  private boolean closed;
  private long openedAt;
  private long ledSince;

  SimRaft(AgentProcess process, SplittableRandom dice, Watcher watcher) {
    this.process = process;
    this.host = process.host;
    this.disk = host.raftDisk;
    this.dice = dice;
    this.watcher = watcher;
    this.promises = new RaftPromises(host);
    this.election = new RaftElection(this);
    this.replication = new RaftReplication(this);
  }

  void begin() {
    promises.keepThoseOfBefore();
    open();
    poll();
  }

  private void open() {
    promises.open();
    closed = false;
    openedAt = boot();
    election.setTimer();
  }

  /// On which this voter runs.
  ElectionTimings timings() {
    return promises.timings();
  }

  long least() {
    return timings().least().toNanos();
  }

  long term() {
    return disk.term;
  }

  Optional<NodeId> leader() {
    return leader;
  }

  Role role() {
    return role;
  }

  boolean leading() {
    return role == Role.LEADER;
  }

  int commit() {
    return replication.commit();
  }

  /// Whether no other voter can lead now, and all that earlier leaders committed is applied.
  boolean fresh() {
    return leading() && replication.fresh();
  }

  Map<NodeId, RaftReplication.Peer> peers() {
    return replication.peers();
  }

  /// Appends and sends out; only a leader's call.
  int append(RaftDisk.Payload payload) {
    return replication.append(payload);
  }

  private void poll() {
    process.after(
        least() / 8 + dice.nextLong(SimWorld.MILLIS),
        "raft poll",
        () -> {
          promises.forgetOld(openedAt);
          if (leading()) {
            replication.beat();
            long answered = Math.max(replication.confirmedAt(), ledSince);
            if (watcher.idle() && boot() - answered > 2 * least()) {
              stepDown("no majority answers");
            }
          } else if (!closed && !promises.bound() && election.due()) {
            election.askBeforeVote();
          }
          poll();
        });
  }

  /// Opens the ledger again with other timings; takes no part meanwhile.
  void retime(ElectionTimings wanted) {
    if (closed || wanted.equals(timings())) {
      return;
    }
    host.world.note("%s opens its ledger again, to wait %s", host, wanted);
    if (leading()) {
      stepDown("its ledger is opened again");
    }
    closed = true;
    become(Role.FOLLOWER, Optional.empty());
    promises.reopenOn(wanted);
    process.after(
        200 * SimWorld.MILLIS + dice.nextLong(800 * SimWorld.MILLIS), "ledger opened", this::open);
  }

  /// The leader's order to another voter.
  void retime(NodeId voter, ElectionTimings wanted) {
    long term = disk.term;
    if (voter.equals(host.id)) {
      retime(wanted);
    } else {
      send(
          voter,
          "retime",
          other -> {
            if (other.disk.term == term) {
              other.retime(wanted);
            }
          });
    }
  }

  void become(Role next, Optional<NodeId> known) {
    role = next;
    leader = known;
  }

  void lead(long term) {
    host.world.note("%s leads term %d", host, term);
    become(Role.LEADER, Optional.of(host.id));
    ledSince = boot();
    replication.lead();
    watcher.led(term);
  }

  /// Follows whoever leads `term`, once that is known.
  void follow(long term) {
    if (term > disk.term) {
      disk.term = term;
      disk.vote = Optional.empty();
    }
    boolean led = leading();
    become(Role.FOLLOWER, Optional.empty());
    replication.forgetPeers();
    election.setTimer();
    if (led) {
      watcher.deposed();
    }
  }

  void stepDown(String why) {
    if (leading()) {
      host.world.note("%s gives up the lead of term %d: %s", host, disk.term, why);
      follow(disk.term);
      election.standBack();
    }
  }

  void transfer(NodeId to) {
    if (leading() && replication.caughtUp(to)) {
      long term = disk.term;
      stepDown("transferred to " + to);
      send(to, "time out now", other -> other.election.onTimeOutNow(term));
    }
  }

  void send(NodeId to, String what, Consumer<SimRaft> message) {
    SimHost other = host.world.host(to);
    host.world.fabric.packet(
        host,
        other,
        what,
        () ->
            other
                .process()
                .ifPresent(p -> p.run(() -> p.ledger().ifPresent(l -> l.raft().take(message)))));
  }

  private void take(Consumer<SimRaft> message) {
    if (!closed) {
      message.accept(this);
    }
  }

  long boot() {
    return host.clock.bootNanos();
  }

  enum Role {
    FOLLOWER,
    /// Asks whether it would be elected.
    ASKING,
    CANDIDATE,
    LEADER
  }

  /// Hears what becomes of the log.
  interface Watcher {
    void committed(int index);

    void led(long term);

    void deposed();

    /// Whether nothing waits to be committed.
    boolean idle();
  }
}
