package dev.ringrift.core.ledger;

import dev.ringrift.core.NodeId;
import dev.ringrift.core.data.DataName;
import dev.ringrift.core.jobs.AttemptId;
import dev.ringrift.core.jobs.Job;
import dev.ringrift.core.jobs.NodeRoom;
import dev.ringrift.core.jobs.Task;
import dev.ringrift.core.jobs.TaskId;
import dev.ringrift.core.jobs.TaskState;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongPredicate;
import java.util.stream.Stream;

/// The replicated state of a cluster, and the one method that changes it.
///
/// Every voter applies the same commands in the same order and comes to the same state: nothing
/// here depends on a clock, on chance or on the order of a hash. A command that cannot take effect
/// is answered with the reason and changes nothing. Records that are handed out are immutable and
/// may be kept; the maps and lists are views. Not thread-safe: `Ledger.read` guards it.
public final class ClusterState {
  /// Most nodes of a cluster.
  public static final int NODES_MAX = 1_000;

  /// Most revoked credentials that are remembered.
  public static final int REVOKED_MAX = 10_000;

  final JobTable jobs = new JobTable();
  final EventLog events = new EventLog();
  final TreeMap<NodeId, NodeRecord> nodes = new TreeMap<>();
  final TreeMap<DataName, DataRecord> data = new TreeMap<>();
  private final TreeMap<String, String> revoked = new TreeMap<>();
  private final DataCommands dataCommands = new DataCommands(this);
  private final JobCommands jobCommands = new JobCommands(this, dataCommands);
  private final NodeCommands nodeCommands = new NodeCommands(this, jobCommands, dataCommands);
  private final VoterCommands voterCommands = new VoterCommands(this);
  private String clusterId = "";
  private String name = "";
  private long term;
  private long epoch = 1;
  private ClusterSettings settings = ClusterSettings.FIRST;
  private Duration longestLease = ClusterSettings.FIRST.lease();

  /// Applies one committed command.
  public Outcome apply(Command command) {
    if (command instanceof Command.ByLeader byLeader && byLeader.term() != term) {
      return new Outcome.Rejected(
          "it is of term %d, the leader's is %d".formatted(byLeader.term(), term));
    }
    return switch (command) {
      case Command.Found found -> found(found);
      case Command.Lead lead -> lead(lead);
      case Command.Register register -> nodeCommands.register(register);
      case Command.Submit submit -> jobCommands.submit(submit);
      case Command.Place place -> jobCommands.place(place);
      case Command.Progress progress -> jobCommands.progress(progress);
      case Command.Cancel cancel -> jobCommands.cancel(cancel);
      case Command.Retry retry -> jobCommands.retry(retry);
      case Command.Drain drain -> nodeCommands.drain(drain);
      case Command.Say say -> nodeCommands.say(say);
      case Command.Remove remove -> nodeCommands.remove(remove);
      case Command.Revoke revoke -> revoke(revoke);
      case Command.SetVoters set -> voterCommands.set(set);
      case Command.Configure configure -> configure(configure);
      case Command.RaiseVersion raise -> voterCommands.raise(raise);
      case Command.RaiseEpoch raise -> raiseEpoch(raise);
      case Command.Publish publish -> dataCommands.publish(publish);
      case Command.Unpublish unpublish -> dataCommands.unpublish(unpublish);
      case Command.Keep keep -> dataCommands.keep(keep);
      case Command.Note note -> note(note);
    };
  }

  private Outcome found(Command.Found command) {
    if (!clusterId.isEmpty()) {
      return new Outcome.Rejected("the cluster %s exists".formatted(clusterId));
    }
    clusterId = command.clusterId();
    name = command.name();
    settings = command.settings();
    longestLease = settings.lease();
    voterCommands.restore(command.voters(), version());
    events.add(command.atMillis(), "voters", name, "the cluster begins with " + voters());
    return new Outcome.Done(0);
  }

  private Outcome lead(Command.Lead command) {
    if (command.term() < term) {
      return new Outcome.Rejected("term %d has begun".formatted(term));
    }
    if (command.term() > term) {
      term = command.term();
      events.add(command.atMillis(), "leader", command.leader().value(), "leads from term " + term);
    }
    return new Outcome.Done(term);
  }

  private Outcome revoke(Command.Revoke command) {
    if (revoked.size() >= REVOKED_MAX) {
      return new Outcome.Rejected(
          "%d credentials are revoked, the most kept".formatted(REVOKED_MAX));
    }
    revoked.put(command.id(), command.reason());
    events.add(command.atMillis(), "trust", command.id(), "is revoked: " + command.reason());
    return new Outcome.Done(0);
  }

  private Outcome configure(Command.Configure command) {
    ClusterSettings next = command.settings();
    if (!next.election().equals(settings.election())) {
      events.add(
          command.atMillis(),
          "voters",
          name,
          "voters wait for each other %s: %s".formatted(next.election(), command.reason()));
    }
    if (!next.lease().equals(settings.lease())) {
      events.add(
          command.atMillis(),
          "voters",
          name,
          "a lease is %d s: %s".formatted(next.lease().toSeconds(), command.reason()));
    }
    settings = next;
    longestLease = next.lease().compareTo(longestLease) > 0 ? next.lease() : longestLease;
    return new Outcome.Done(0);
  }

  private Outcome raiseEpoch(Command.RaiseEpoch command) {
    if (command.epoch() <= epoch) {
      return new Outcome.Rejected("the epoch is %d".formatted(epoch));
    }
    epoch = command.epoch();
    events.add(
        command.atMillis(), "voters", name, "epoch %d: %s".formatted(epoch, command.reason()));
    return new Outcome.Done(epoch);
  }

  private Outcome note(Command.Note command) {
    command.lines().forEach(l -> events.add(command.atMillis(), l.kind(), l.subject(), l.text()));
    return new Outcome.Done(0);
  }

  /// The cluster's id; empty before `Found`.
  public String clusterId() {
    return clusterId;
  }

  /// What people call the cluster.
  public String name() {
    return name;
  }

  /// The voters, highest rank first.
  public List<NodeId> voters() {
    return voterCommands.voters();
  }

  /// The term whose leader last began.
  public long term() {
    return term;
  }

  /// Raised by each recovery from the loss of a majority.
  public long epoch() {
    return epoch;
  }

  /// Commands up to this version may be proposed.
  public int version() {
    return voterCommands.version();
  }

  /// The version to which `RaiseVersion` may raise it: every voter reads its commands.
  public int agreedVersion() {
    return voterCommands.agreedVersion();
  }

  /// What is the same on all voters.
  public ClusterSettings settings() {
    return settings;
  }

  /// The longest lease that may have been given: an attempt keeps the one that it was ordered with.
  public Duration longestLease() {
    return longestLease;
  }

  public NavigableMap<NodeId, NodeRecord> nodes() {
    return Collections.unmodifiableNavigableMap(nodes);
  }

  /// What is published, by name.
  public NavigableMap<DataName, DataRecord> data() {
    return Collections.unmodifiableNavigableMap(data);
  }

  public NavigableMap<Long, Job> jobs() {
    return jobs.jobs();
  }

  public Optional<Job> job(long id) {
    return jobs.job(id);
  }

  /// The highest job number ever given.
  public long lastJobId() {
    return jobs.lastId();
  }

  public Optional<Task> task(TaskId id) {
    return jobs.task(id);
  }

  /// The tasks of a job by number.
  public List<Task> tasksOf(long job) {
    return jobs.tasksOf(job);
  }

  /// How many tasks of a job are in each state.
  public Map<TaskState, Integer> counts(long job) {
    return jobs.counts(job);
  }

  /// How many tasks are in each state.
  public Map<TaskState, Integer> counts() {
    return jobs.counts();
  }

  /// Whether all jobs that this one comes after have succeeded.
  public boolean ready(long job) {
    return jobs.ready(job);
  }

  /// Whether no task of a job will run again by itself.
  public boolean ended(long job) {
    return jobs.ended(job);
  }

  /// Whether every task of a job succeeded. One that a kept job comes after and that is no longer
  /// kept itself did: it would have been kept otherwise.
  public boolean succeeded(long job) {
    return jobs.succeeded(job);
  }

  /// Tasks that could start now if there were room, in the order of their turn. Lazy: to be used
  /// before the state changes.
  public Stream<Task> waiting(long nowMillis) {
    return jobs.waiting(nowMillis, job -> true);
  }

  /// The same, without the tasks of jobs that are not `wanted` at the time they are come to.
  public Stream<Task> waiting(long nowMillis, LongPredicate wanted) {
    return jobs.waiting(nowMillis, wanted);
  }

  /// The attempts that hold room on a node.
  public Collection<AttemptId> liveOn(NodeId node) {
    return jobs.liveOn(node);
  }

  /// What is free on a node by the reservations in force.
  public NodeRoom room(NodeRecord node) {
    return jobs.room(node);
  }

  /// Why a credential or a node is revoked, if it is.
  public Optional<String> revoked(String id) {
    return Optional.ofNullable(revoked.get(id));
  }

  /// All credentials and nodes that are revoked.
  public Set<String> revoked() {
    return Set.copyOf(revoked.keySet());
  }

  /// Events after number `seq`, oldest first.
  public List<Event> eventsAfter(long seq, int max) {
    return events.after(seq, max);
  }

  /// All that a snapshot keeps.
  public Image image() {
    return new Image(
        clusterId,
        name,
        voters(),
        term,
        epoch,
        version(),
        settings,
        longestLease,
        List.copyOf(nodes.values()),
        List.copyOf(jobs.jobs().values()),
        jobs.allTasks(),
        jobs.lastId(),
        events.all(),
        events.lastSeq(),
        Map.copyOf(revoked),
        List.copyOf(data.values()));
  }

  /// The state that `image()` was taken of.
  public static ClusterState restore(Image image) {
    ClusterState state = new ClusterState();
    state.clusterId = image.clusterId();
    state.name = image.name();
    state.term = image.term();
    state.epoch = image.epoch();
    state.voterCommands.restore(image.voters(), image.version());
    state.settings = image.settings();
    state.longestLease = image.longestLease();
    image.nodes().forEach(node -> state.nodes.put(node.id(), node));
    state.jobs.restore(image.jobs(), image.tasks(), image.lastJobId());
    state.events.restore(image.events(), image.lastEventSeq());
    state.revoked.putAll(image.revoked());
    image.data().forEach(record -> state.data.put(record.name(), record));
    return state;
  }

  /// The whole state as plain records.
  public record Image(
      String clusterId,
      String name,
      List<NodeId> voters,
      long term,
      long epoch,
      int version,
      ClusterSettings settings,
      Duration longestLease,
      List<NodeRecord> nodes,
      List<Job> jobs,
      List<Task> tasks,
      long lastJobId,
      List<Event> events,
      long lastEventSeq,
      Map<String, String> revoked,
      List<DataRecord> data) {}
}
