package dev.ringrift.sim;

import dev.ringrift.core.NodeId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;

/// Raft for one voter: elections with a vote before the vote, followers that stay with a leader
/// they hear, replication, and the leader's authority from the send times of appends that a
/// majority answered. Every span is counted on CLOCK_BOOTTIME, so that a frozen machine does not
/// wake up as a leader.
final class SimRaft {
  static final long ELECTION_NANOS_MIN = 600 * SimWorld.MILLIS;
  private static final long ELECTION_NANOS_MAX = 1_200 * SimWorld.MILLIS;
  private static final long HEARTBEAT_NANOS = 140 * SimWorld.MILLIS;
  private static final long POLL_NANOS = 70 * SimWorld.MILLIS;
  private static final long AUTHORITY_NANOS = ELECTION_NANOS_MIN / 10 * 9;
  private static final int BATCH_MAX = 200;

  private final AgentProcess process;
  private final SimHost host;
  private final RaftDisk disk;
  private final SplittableRandom dice;
  private final Watcher watcher;
  private final Map<NodeId, Peer> peers = new TreeMap<>();
  private final Set<NodeId> votes = new HashSet<>();
  private State state = State.FOLLOWER;
  private Optional<NodeId> leader = Optional.empty();
  private long heardAt;
  private long electionAt;
  private long heartbeatAt;
  private long ledSince;
  private long diskBusyUntil;
  private int commit;
  private int leadIndex;

  SimRaft(AgentProcess process, SplittableRandom dice, Watcher watcher) {
    this.process = process;
    this.host = process.host;
    this.disk = host.raftDisk;
    this.dice = dice;
    this.watcher = watcher;
    this.commit = disk.snapshotIndex;
  }

  void begin() {
    // Whoever restarts may have just promised a leader to stay with it.
    heardAt = boot();
    setElectionTimer();
    poll();
  }

  long term() {
    return disk.term;
  }

  Optional<NodeId> leader() {
    return leader;
  }

  boolean leading() {
    return state == State.LEADER;
  }

  int commit() {
    return commit;
  }

  /// Whether no other voter can lead now, and all that earlier leaders committed is applied.
  boolean fresh() {
    return leading() && commit >= leadIndex && boot() - confirmedAt() < AUTHORITY_NANOS;
  }

  /// The send time of the newest append that a majority answered.
  private long confirmedAt() {
    RaftDisk.Config config = disk.config();
    List<Long> times = new ArrayList<>();
    for (NodeId voter : config.voters()) {
      times.add(voter.equals(host.id) ? Long.valueOf(boot()) : peer(voter).confirmedSend);
    }
    times.sort(Comparator.reverseOrder());
    return times.get(config.majority() - 1);
  }

  Map<NodeId, Peer> peers() {
    return peers;
  }

  /// Appends and sends out; only a leader's call.
  int append(RaftDisk.Payload payload) {
    disk.append(new RaftDisk.Entry(disk.term, payload));
    int index = disk.lastIndex();
    sync(this::advanceCommit);
    sendAppends();
    return index;
  }

  void stepDown(String why) {
    if (leading()) {
      host.world.note("%s gives up the lead of term %d: %s", host, disk.term, why);
      follow(disk.term);
      // Others first: it has just shown that it cannot lead.
      electionAt = boot() + 2 * ELECTION_NANOS_MAX;
    }
  }

  void transfer(NodeId to) {
    Peer peer = peers.get(to);
    if (leading() && peer != null && peer.match == disk.lastIndex()) {
      long term = disk.term;
      stepDown("transferred to " + to);
      send(to, "time out now", other -> other.onTimeOutNow(term));
    }
  }

  private void poll() {
    process.after(
        POLL_NANOS + dice.nextLong(SimWorld.MILLIS),
        "raft poll",
        () -> {
          if (leading()) {
            if (boot() >= heartbeatAt) {
              sendAppends();
            }
            boolean idle = watcher.idle();
            if (idle && boot() - Math.max(confirmedAt(), ledSince) > ELECTION_NANOS_MAX) {
              stepDown("no majority answers");
            }
          } else if (boot() >= electionAt && disk.config().voters().contains(host.id)) {
            askBeforeVote();
          }
          poll();
        });
  }

  private void askBeforeVote() {
    setElectionTimer();
    leader = Optional.empty();
    state = State.ASKING;
    votes.clear();
    votes.add(host.id);
    long next = disk.term + 1;
    askAll(next, true, false);
    maybeElected(next);
  }

  private void campaign(boolean transferred) {
    disk.term++;
    disk.vote = Optional.of(host.id);
    state = State.CANDIDATE;
    leader = Optional.empty();
    setElectionTimer();
    votes.clear();
    votes.add(host.id);
    askAll(disk.term, false, transferred);
    maybeElected(disk.term);
  }

  private void askAll(long term, boolean before, boolean transferred) {
    Ask ask = new Ask(term, host.id, disk.lastIndex(), disk.lastTerm(), before, transferred);
    for (NodeId voter : disk.config().voters()) {
      if (!voter.equals(host.id)) {
        send(voter, "ask for vote", other -> other.onAsk(ask));
      }
    }
  }

  private void onAsk(Ask ask) {
    boolean hears = leading() || (state == State.FOLLOWER && boot() - heardAt < ELECTION_NANOS_MIN);
    if (hears && !ask.transferred) {
      return;
    }
    boolean complete =
        ask.lastTerm > disk.lastTerm()
            || (ask.lastTerm == disk.lastTerm() && ask.lastIndex >= disk.lastIndex());
    if (ask.before) {
      if (complete && ask.term > disk.term) {
        send(ask.candidate, "vote", other -> other.onVote(ask.term, host.id, true));
      }
      return;
    }
    if (ask.term > disk.term) {
      follow(ask.term);
    }
    boolean free = disk.vote.isEmpty() || disk.vote.get().equals(ask.candidate);
    if (ask.term == disk.term && complete && free && state == State.FOLLOWER) {
      disk.vote = Optional.of(ask.candidate);
      setElectionTimer();
      send(ask.candidate, "vote", other -> other.onVote(ask.term, host.id, false));
    }
  }

  private void onVote(long term, NodeId voter, boolean before) {
    boolean wanted =
        before
            ? state == State.ASKING && term == disk.term + 1
            : state == State.CANDIDATE && term == disk.term;
    if (wanted) {
      votes.add(voter);
      maybeElected(term);
    }
  }

  private void maybeElected(long term) {
    long good = disk.config().voters().stream().filter(votes::contains).count();
    if (good < disk.config().majority()) {
      return;
    }
    if (state == State.ASKING) {
      campaign(false);
    } else if (state == State.CANDIDATE) {
      lead(term);
    }
  }

  private void lead(long term) {
    host.world.note("%s leads term %d", host, term);
    state = State.LEADER;
    leader = Optional.of(host.id);
    ledSince = boot();
    peers.clear();
    leadIndex = disk.lastIndex() + 1;
    append(disk.config());
    watcher.led(term);
  }

  private void onTimeOutNow(long term) {
    if (term == disk.term && disk.config().voters().contains(host.id)) {
      campaign(true);
    }
  }

  private void follow(long term) {
    if (term > disk.term) {
      disk.term = term;
      disk.vote = Optional.empty();
    }
    boolean led = leading();
    state = State.FOLLOWER;
    leader = Optional.empty();
    peers.clear();
    setElectionTimer();
    if (led) {
      watcher.deposed();
    }
  }

  private void setElectionTimer() {
    RaftDisk.Config config = disk.config();
    int rank = config.highest() - config.priority(host.id);
    long patience = rank == 0 ? 0 : config.priority(host.id) > 0 ? 1 : 3;
    electionAt =
        boot()
            + dice.nextLong(ELECTION_NANOS_MIN, ELECTION_NANOS_MAX)
            + patience * ELECTION_NANOS_MIN / 2;
  }

  private Peer peer(NodeId voter) {
    return peers.computeIfAbsent(voter, _ -> new Peer(disk.lastIndex(), boot()));
  }

  private void sendAppends() {
    heartbeatAt = boot() + HEARTBEAT_NANOS;
    for (NodeId voter : disk.config().voters()) {
      if (!voter.equals(host.id)) {
        sendAppend(voter, peer(voter));
      }
    }
  }

  private void sendAppend(NodeId voter, Peer peer) {
    List<RaftDisk.Entry> entries = disk.after(peer.sent, BATCH_MAX);
    Append append =
        new Append(disk.term, host.id, peer.sent, disk.termAt(peer.sent), entries, commit, boot());
    peer.sent += entries.size();
    send(voter, "append", other -> other.onAppend(append));
  }

  private void onAppend(Append append) {
    if (append.term < disk.term) {
      answer(append, false, disk.lastIndex());
      return;
    }
    if (append.term > disk.term || state != State.FOLLOWER) {
      follow(append.term);
    }
    leader = Optional.of(append.leader);
    heardAt = boot();
    setElectionTimer();
    int previous = append.previous;
    if (previous > disk.lastIndex() || disk.termAt(previous) != append.previousTerm) {
      answer(append, false, Math.min(disk.lastIndex(), previous - 1));
      return;
    }
    int index = previous;
    for (RaftDisk.Entry entry : append.entries) {
      index++;
      if (index <= disk.lastIndex() && disk.termAt(index) != entry.term()) {
        if (index <= commit) {
          throw new Violation("%s drops the committed entry %d".formatted(host, index));
        }
        disk.truncate(index - 1);
      }
      if (index > disk.lastIndex()) {
        disk.append(entry);
      }
    }
    int match = index;
    sync(() -> answer(append, true, match));
    commitTo(Math.min(append.commit, match));
  }

  private void answer(Append append, boolean good, int index) {
    long term = disk.term;
    send(
        append.leader,
        "append answer",
        other -> other.onAnswer(host.id, term, good, index, append));
  }

  private void onAnswer(NodeId voter, long term, boolean good, int index, Append append) {
    if (term > disk.term) {
      follow(term);
      return;
    }
    if (!leading() || append.term != disk.term) {
      return;
    }
    Peer peer = peer(voter);
    peer.answeredAt = boot();
    peer.confirmedSend = Math.max(peer.confirmedSend, append.sentAt);
    if (good) {
      peer.match = Math.max(peer.match, index);
      peer.sent = Math.max(peer.sent, peer.match);
      advanceCommit();
    } else {
      peer.sent = Math.max(peer.match, Math.min(peer.sent, index));
      sendAppend(voter, peer);
    }
  }

  private void advanceCommit() {
    if (!leading()) {
      return;
    }
    RaftDisk.Config config = disk.config();
    List<Integer> matches = new ArrayList<>();
    for (NodeId voter : config.voters()) {
      matches.add(voter.equals(host.id) ? disk.synced() : peer(voter).match);
    }
    matches.sort(Comparator.reverseOrder());
    int index = matches.get(config.majority() - 1);
    if (disk.termAt(index) == disk.term) {
      commitTo(index);
    }
    if (leading() && commit >= disk.configIndex() && !config.voters().contains(host.id)) {
      stepDown("it is no longer a voter");
    }
  }

  private void commitTo(int index) {
    if (index > commit) {
      commit = index;
      watcher.committed(index);
    }
  }

  /// Runs `then` when all that is in the log now is on the disk.
  private void sync(Runnable then) {
    int upTo = disk.lastIndex();
    if (disk.synced() >= upTo) {
      then.run();
      return;
    }
    int rewrites = disk.rewrites();
    long now = host.world.now();
    long takes = 100 * SimWorld.MICROS + dice.nextLong(1_500 * SimWorld.MICROS);
    diskBusyUntil = Math.max(diskBusyUntil, now) + takes + host.slowDiskNanos();
    process.after(
        diskBusyUntil - now,
        "log synced",
        () -> {
          if (disk.rewrites() == rewrites) {
            disk.syncedTo(upTo);
            then.run();
          }
        });
  }

  private void send(NodeId to, String what, Consumer<SimRaft> message) {
    SimHost other = host.world.host(to);
    host.world.fabric.packet(
        host,
        other,
        what,
        () ->
            other
                .process()
                .ifPresent(p -> p.run(() -> p.ledger().ifPresent(l -> message.accept(l.raft())))));
  }

  private long boot() {
    return host.clock.bootNanos();
  }

  private enum State {
    FOLLOWER,
    ASKING,
    CANDIDATE,
    LEADER
  }

  /// A voter as the leader sees it.
  static final class Peer {
    int sent;
    int match;
    long confirmedSend = Long.MIN_VALUE / 2;
    long answeredAt;

    Peer(int sent, long answeredAt) {
      this.sent = sent;
      this.answeredAt = answeredAt;
    }
  }

  /// Hears what becomes of the log.
  interface Watcher {
    void committed(int index);

    void led(long term);

    void deposed();

    /// Whether nothing waits to be committed.
    boolean idle();
  }

  private record Ask(
      long term,
      NodeId candidate,
      int lastIndex,
      long lastTerm,
      boolean before,
      boolean transferred) {}

  private record Append(
      long term,
      NodeId leader,
      int previous,
      long previousTerm,
      List<RaftDisk.Entry> entries,
      int commit,
      long sentAt) {}
}
