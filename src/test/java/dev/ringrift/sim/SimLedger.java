package dev.ringrift.sim;

import dev.ringrift.agent.port.Ledger;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.election.ElectionTimings;
import dev.ringrift.core.ledger.ClusterState;
import dev.ringrift.core.ledger.Command;
import dev.ringrift.core.ledger.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;

/// The ledger of one voter: Raft beneath, and a `ClusterState` to which the committed commands are
/// applied one by one. Callbacks come a moment later, as from another thread.
final class SimLedger implements Ledger {
  private static final long ANSWER_NANOS = 5 * SimWorld.SECONDS;
  private static final long CALLBACK_NANOS_MAX = 2 * SimWorld.MILLIS;
  private static final int SNAPSHOT_EVERY = 50;
  private static final int PENDING_MAX = 5_000;

  private final AgentProcess process;
  private final SimHost host;
  private final RaftDisk disk;
  private final SplittableRandom dice;
  private final SimRaft raft;
  private final TreeMap<Integer, Pending> pending = new TreeMap<>();
  private ClusterState state = new ClusterState();
  private int applied;
  private boolean outdated;
  private long tickets;

  SimLedger(AgentProcess process, SplittableRandom dice) {
    this.process = process;
    this.host = process.host;
    this.disk = host.raftDisk;
    this.dice = dice;
    this.raft = new SimRaft(process, dice.split(), new Follow());
    applyTo(disk.snapshotIndex);
  }

  void begin() {
    raft.begin();
  }

  void end() {
    pending.clear();
  }

  SimRaft raft() {
    return raft;
  }

  /// Whether it has met what its program is too old for, and stands still.
  boolean outdated() {
    return outdated;
  }

  /// The index of the last entry that is in the state.
  int applied() {
    return applied;
  }

  ClusterState state() {
    return state;
  }

  @Override
  public Standing standing() {
    return new Standing(raft.term(), raft.leader(), raft.leading(), raft.fresh() && !outdated);
  }

  @Override
  public <T> T read(Function<ClusterState, T> query) {
    return query.apply(state);
  }

  @Override
  public void propose(Command command, Consumer<Proposal> done) {
    Optional<String> notYet = process.known.notYet(command, state.version());
    if (raft.leading() && notYet.isPresent()) {
      later(done, new Proposal.Committed(0, new Outcome.Rejected(notYet.get())));
      return;
    }
    append(new RaftDisk.Ordered(command), done);
  }

  @Override
  public Map<NodeId, Progress> voters() {
    Map<NodeId, Progress> found = new TreeMap<>();
    if (raft.leading()) {
      found.put(host.id, new Progress(0, 0, Optional.of(raft.timings())));
      raft.peers()
          .forEach(
              (voter, peer) ->
                  found.put(
                      voter,
                      new Progress(
                          disk.lastIndex() - peer.match,
                          host.clock.bootNanos() - peer.answeredAt,
                          peer.timings)));
    }
    return found;
  }

  @Override
  public void prioritise(Map<NodeId, Integer> priorities) {
    RaftDisk.Config config = disk.config();
    if (raft.leading() && !config.priorities().equals(priorities)) {
      host.world.note("%s prioritises %s", host, new TreeMap<>(priorities));
      raft.append(new RaftDisk.Config(config.voters(), new TreeMap<>(priorities)));
    }
  }

  @Override
  public void transfer(NodeId to) {
    if (!to.equals(host.id)) {
      raft.transfer(to);
    }
  }

  @Override
  public void retime(NodeId voter, ElectionTimings timings) {
    if (raft.leading()) {
      raft.retime(voter, timings);
    }
  }

  @Override
  public void stepDown() {
    raft.stepDown("asked to");
  }

  @Override
  public void changeVoters(List<NodeId> voters, Consumer<Proposal> done) {
    RaftDisk.Config config = disk.config();
    long same = voters.stream().filter(config.voters()::contains).count();
    long changes = voters.size() - same + config.voters().size() - same;
    if (raft.leading() && (changes > 1 || raft.commit() < disk.configIndex())) {
      String why = changes > 1 ? "one voter at a time" : "another change is under way";
      later(done, new Proposal.Committed(applied, new Outcome.Rejected(why)));
      return;
    }
    append(new RaftDisk.Config(List.copyOf(voters), config.priorities()), done);
  }

  private void append(RaftDisk.Payload payload, Consumer<Proposal> done) {
    if (!raft.leading()) {
      later(done, new Proposal.NotLeader(raft.leader()));
      return;
    }
    if (pending.size() >= PENDING_MAX) {
      throw new Violation("%s has %d proposals under way".formatted(host, pending.size()));
    }
    // The entry can be committed, and answered, before append returns: a group of one.
    int index = disk.lastIndex() + 1;
    long ticket = ++tickets;
    pending.put(index, new Pending(ticket, done));
    raft.append(payload);
    process.after(
        ANSWER_NANOS,
        "proposal times out",
        () -> {
          Pending late = pending.get(index);
          if (late != null && late.ticket == ticket) {
            pending.remove(index);
            later(done, new Proposal.Unclear("no answer in time"));
          }
        });
  }

  private void applyTo(int index) {
    while (applied < index && !outdated) {
      RaftDisk.Entry entry = disk.at(applied + 1);
      if (entry.payload() instanceof RaftDisk.Ordered(Command command)
          && !process.known.reads(command)) {
        outdated = true;
        return;
      }
      applied++;
      Outcome outcome =
          entry.payload() instanceof RaftDisk.Ordered ordered
              ? apply(ordered.command())
              : new Outcome.Done(0);
      Pending asked = pending.remove(applied);
      if (asked != null) {
        later(asked.done, new Proposal.Committed(applied, outcome));
      }
    }
    if (applied - disk.snapshotIndex >= SNAPSHOT_EVERY) {
      disk.snapshotIndex = Math.min(applied, disk.synced());
    }
  }

  private Outcome apply(Command command) {
    state = host.world.before(state, command);
    Outcome outcome = state.apply(command);
    outdated = !process.known.follows(state.version());
    host.world.applied(host, applied, command, outcome, state);
    return outcome;
  }

  private void later(Consumer<Proposal> done, Proposal answer) {
    process.after(
        dice.nextLong(CALLBACK_NANOS_MAX), "proposal answered", () -> done.accept(answer));
  }

  private record Pending(long ticket, Consumer<Proposal> done) {}

  private final class Follow implements SimRaft.Watcher {
    @Override
    public void committed(int index) {
      applyTo(index);
    }

    @Override
    public void led(long term) {
      host.world.led(host, term);
    }

    @Override
    public void deposed() {
      List<Pending> open = new ArrayList<>(pending.values());
      pending.clear();
      for (Pending one : open) {
        later(one.done, new Proposal.Unclear("the lead was lost"));
      }
    }

    @Override
    public boolean idle() {
      return pending.isEmpty();
    }
  }
}
