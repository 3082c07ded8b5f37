package dev.ringrift.sim;

import dev.ringrift.core.NodeId;
import dev.ringrift.sim.SimRaft.Role;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/// Elections with a vote before the vote; a voter of a lower priority waits longer before it
// stands.
final class RaftElection {
  private final SimRaft raft;
  private final RaftDisk disk;
  private final NodeId self;
  private final Set<NodeId> votes = new HashSet<>();
  private long standsAt;

  RaftElection(SimRaft raft) {
    this.raft = raft;
    this.disk = raft.disk;
    this.self = raft.host.id;
  }

  void setTimer() {
    RaftDisk.Config config = disk.config();
    int rank = config.highest() - config.priority(self);
    long patience = rank == 0 ? 0 : config.priority(self) > 0 ? 1 : 3;
    long least = raft.least();
    standsAt = raft.boot() + raft.dice.nextLong(least, 2 * least) + patience * least / 2;
  }

  /// Others first: it has just shown that it cannot lead.
  void standBack() {
    standsAt = raft.boot() + 4 * raft.least();
  }

  /// Whether it has heard of no leader for so long that it stands itself.
  boolean due() {
    return raft.boot() >= standsAt && disk.config().voters().contains(self);
  }

  void askBeforeVote() {
    setTimer();
    raft.become(Role.ASKING, Optional.empty());
    votes.clear();
    votes.add(self);
    long next = disk.term + 1;
    askAll(next, true, false);
    maybeElected(next);
  }

  private void campaign(boolean transferred) {
    disk.term++;
    disk.vote = Optional.of(self);
    raft.become(Role.CANDIDATE, Optional.empty());
    setTimer();
    votes.clear();
    votes.add(self);
    askAll(disk.term, false, transferred);
    maybeElected(disk.term);
  }

  private void askAll(long term, boolean before, boolean transferred) {
    Ask ask = new Ask(term, self, disk.lastIndex(), disk.lastTerm(), before, transferred);
    for (NodeId voter : disk.config().voters()) {
      if (!voter.equals(self)) {
        raft.send(voter, "ask for vote", other -> other.election.onAsk(ask));
      }
    }
  }

  private void onAsk(Ask ask) {
    if ((raft.leading() || raft.promises.bound()) && !ask.transferred) {
      return;
    }
    boolean complete =
        ask.lastTerm > disk.lastTerm()
            || (ask.lastTerm == disk.lastTerm() && ask.lastIndex >= disk.lastIndex());
    if (ask.before) {
      if (complete && ask.term > disk.term) {
        raft.send(ask.candidate, "vote", other -> other.election.onVote(ask.term, self, true));
      }
      return;
    }
    if (ask.term > disk.term) {
      raft.follow(ask.term);
    }
    boolean free = disk.vote.isEmpty() || disk.vote.get().equals(ask.candidate);
    if (ask.term == disk.term && complete && free && raft.role() == Role.FOLLOWER) {
      disk.vote = Optional.of(ask.candidate);
      setTimer();
      raft.send(ask.candidate, "vote", other -> other.election.onVote(ask.term, self, false));
    }
  }

  private void onVote(long term, NodeId voter, boolean before) {
    boolean wanted =
        before
            ? raft.role() == Role.ASKING && term == disk.term + 1
            : raft.role() == Role.CANDIDATE && term == disk.term;
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
    if (raft.role() == Role.ASKING) {
      campaign(false);
    } else if (raft.role() == Role.CANDIDATE) {
      raft.lead(term);
    }
  }

  /// The leader hands its lead over.
  void onTimeOutNow(long term) {
    if (term == disk.term && disk.config().voters().contains(self)) {
      campaign(true);
    }
  }

  private record Ask(
      long term,
      NodeId candidate,
      int lastIndex,
      long lastTerm,
      boolean before,
      boolean transferred) {}
}
