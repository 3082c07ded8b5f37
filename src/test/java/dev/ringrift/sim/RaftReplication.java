package dev.ringrift.sim;

import dev.ringrift.core.NodeId;
import dev.ringrift.core.election.ElectionTimings;
import dev.ringrift.sim.SimRaft.Role;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The log: what a leader appends and sends, what a follower takes and answers, what is committed,
/// and the authority that comes from the promises in the answers.
final class RaftReplication {
  private static final int BATCH_MAX = 200;

  private final SimRaft raft;
  private final SimHost host;
  private final RaftDisk disk;
  private final LogSync sync;
  private final Map<NodeId, Peer> peers = new TreeMap<>();
  private long heartbeatAt;
  private int commit;
  private int leadIndex;

  RaftReplication(SimRaft raft) {
    this.raft = raft;
    this.host = raft.host;
    this.disk = raft.disk;
    this.sync = new LogSync(raft.process, raft.dice);
    this.commit = disk.snapshotIndex;
  }

  int commit() {
    return commit;
  }

  Map<NodeId, Peer> peers() {
    return peers;
  }

  void forgetPeers() {
    peers.clear();
  }

  /// Begins a leadership with an entry of its own term.
  void lead() {
    peers.clear();
    leadIndex = disk.lastIndex() + 1;
    append(disk.config());
  }

  int append(RaftDisk.Payload payload) {
    disk.append(new RaftDisk.Entry(disk.term, payload));
    int index = disk.lastIndex();
    sync.then(this::advanceCommit);
    sendAppends();
    return index;
  }

  boolean caughtUp(NodeId voter) {
    Peer peer = peers.get(voter);
    return peer != null && peer.match == disk.lastIndex();
  }

  /// Whether no other voter can lead now, and all that earlier leaders committed is applied.
  boolean fresh() {
    if (commit < leadIndex) {
      return false;
    }
    RaftDisk.Config config = disk.config();
    long sure =
        config.voters().stream()
            .filter(v -> v.equals(host.id) || raft.boot() < freshUntil(v))
            .count();
    return sure >= config.majority();
  }

  private long freshUntil(NodeId voter) {
    Peer peer = peer(voter);
    return host.world.promisesCount()
        ? peer.freshUntil
        : peer.confirmedSend + raft.least() / 10 * 9;
  }

  /// The send time of the newest append that a majority answered.
  long confirmedAt() {
    RaftDisk.Config config = disk.config();
    List<Long> times = new ArrayList<>();
    for (NodeId voter : config.voters()) {
      times.add(voter.equals(host.id) ? Long.valueOf(raft.boot()) : peer(voter).confirmedSend);
    }
    times.sort(Comparator.reverseOrder());
    return times.get(config.majority() - 1);
  }

  private Peer peer(NodeId voter) {
    return peers.computeIfAbsent(voter, _ -> new Peer(disk.lastIndex(), raft.boot()));
  }

  /// Sends what there is, or nothing, when it is time for that.
  void beat() {
    if (raft.boot() >= heartbeatAt) {
      sendAppends();
    }
  }

  private void sendAppends() {
    heartbeatAt = raft.boot() + raft.least() / 4;
    for (NodeId voter : disk.config().voters()) {
      if (!voter.equals(host.id)) {
        sendAppend(voter, peer(voter));
      }
    }
  }

  private void sendAppend(NodeId voter, Peer peer) {
    List<RaftDisk.Entry> entries = disk.after(peer.sent, BATCH_MAX);
    long before = disk.termAt(peer.sent);
    Append append = new Append(disk.term, host.id, peer.sent, before, entries, commit, raft.boot());
    peer.sent += entries.size();
    raft.send(voter, "append", other -> other.replication.onAppend(append));
  }

  private void onAppend(Append append) {
    if (append.term < disk.term) {
      answer(append, false, disk.lastIndex(), raft.timings());
      return;
    }
    if (append.term > disk.term || raft.role() != Role.FOLLOWER) {
      raft.follow(append.term);
    }
    raft.become(Role.FOLLOWER, Optional.of(append.leader));
    ElectionTimings runs = raft.promises.give();
    raft.election.setTimer();
    int previous = append.previous;
    if (previous > disk.lastIndex() || disk.termAt(previous) != append.previousTerm) {
      answer(append, false, Math.min(disk.lastIndex(), previous - 1), runs);
      return;
    }
    int match = take(append);
    sync.then(() -> answer(append, true, match, runs));
    commitTo(Math.min(append.commit, match));
  }

  /// Takes the entries that are not there yet, in place of any others.
  private int take(Append append) {
    int index = append.previous;
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
    return index;
  }

  private void answer(Append append, boolean good, int index, ElectionTimings runs) {
    long term = disk.term;
    raft.send(
        append.leader,
        "append answer",
        other -> other.replication.onAnswer(host.id, term, good, index, append, runs));
  }

  private void onAnswer(
      NodeId voter, long term, boolean good, int index, Append append, ElectionTimings runs) {
    if (term > disk.term) {
      raft.follow(term);
      return;
    }
    if (!raft.leading() || append.term != disk.term) {
      return;
    }
    Peer peer = peer(voter);
    peer.answeredAt = raft.boot();
    peer.confirmedSend = Math.max(peer.confirmedSend, append.sentAt);
    long until = append.sentAt + runs.least().toNanos() / 10 * 9;
    peer.freshUntil = Math.max(peer.freshUntil, until);
    peer.timings = Optional.of(runs);
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
    if (!raft.leading()) {
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
    if (raft.leading() && commit >= disk.configIndex() && !config.voters().contains(host.id)) {
      raft.stepDown("it is no longer a voter");
    }
  }

  private void commitTo(int index) {
    if (index > commit) {
      commit = index;
      raft.watcher.committed(index);
    }
  }

  /// A voter as the leader sees it.
  static final class Peer {
    int sent;
    int match;
    long confirmedSend = Long.MIN_VALUE / 2;
    long freshUntil = Long.MIN_VALUE / 2;
    Optional<ElectionTimings> timings = Optional.empty();
    long answeredAt;

    Peer(int sent, long answeredAt) {
      this.sent = sent;
      this.answeredAt = answeredAt;
    }
  }

  private record Append(
      long term,
      NodeId leader,
      int previous,
      long previousTerm,
      List<RaftDisk.Entry> entries,
      int commit,
      long sentAt) {}
}
