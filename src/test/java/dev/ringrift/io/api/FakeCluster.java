package dev.ringrift.io.api;

import dev.ringrift.agent.port.Clock;
import dev.ringrift.agent.port.Transport;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.Role;
import dev.ringrift.core.jobs.AttemptId;
import dev.ringrift.core.jobs.Capacity;
import dev.ringrift.core.jobs.JobSpec;
import dev.ringrift.core.ledger.ClusterState;
import dev.ringrift.core.ledger.Command;
import dev.ringrift.core.trust.Caller;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/// Nodes with real routes, and links between them that a test can cut.
public final class FakeCluster {
  public static final AttemptId ATTEMPT = AttemptId.of(1, 0, 1);

  public final ClusterState state = new ClusterState();
  private final Map<NodeId, Node> nodes = new LinkedHashMap<>();
  public final Set<Set<NodeId>> cut = new HashSet<>();
  public final AtomicLong nowNanos = new AtomicLong(5_000_000_000L);

  /// Voters `v1` (which leads), `v2`, `v3` and the worker `w1`, all linked with each other.
  public static FakeCluster ofFour() {
    FakeCluster cluster = new FakeCluster();
    List<NodeId> voters = List.of(new NodeId("v1"), new NodeId("v2"), new NodeId("v3"));
    voters.forEach(voter -> cluster.add(voter, Role.VOTER));
    cluster.add(new NodeId("w1"), Role.WORKER);
    cluster.state.apply(new Command.Found("id-1", "lab", voters, 1));
    cluster.lead("v1");
    cluster.state.apply(new Command.Lead(7, new NodeId("v1"), 1));
    for (Node node : cluster.nodes.values()) {
      node.view.voters = voters;
      cluster.state.apply(
          new Command.Register(7, node.id, node.role, List.of(), Capacity.NONE, "0.1.0", 1, 9, 1));
    }
    return cluster;
  }

  private void add(NodeId id, Role role) {
    nodes.put(id, new Node(id, role));
  }

  public Node node(String id) {
    return nodes.get(new NodeId(id));
  }

  /// Makes a node the leader that everybody knows; an empty name makes it nobody.
  public void lead(String leader) {
    Optional<NodeId> id = leader.isEmpty() ? Optional.empty() : Optional.of(new NodeId(leader));
    for (Node node : nodes.values()) {
      node.view.leader = id;
      node.ledger.leading = id.filter(node.id::equals).isPresent();
    }
  }

  public void cut(String one, String other) {
    cut.add(Set.of(new NodeId(one), new NodeId(other)));
  }

  /// Job 1 with so many tasks.
  public void submit(int count) {
    state.apply(
        new Command.Submit(
            "key", JobSpec.of("hello", List.of("true")).withCount(count), "alice", 1_000));
  }

  /// One node with its routes.
  public final class Node {
    public final NodeId id;
    final Role role;
    public final FakeView view;
    public final FakeFiles files = new FakeFiles();
    public final FakeLedger ledger = new FakeLedger(state);
    public final Map<AttemptId, String> output = new HashMap<>();
    public final List<byte[]> requests = new ArrayList<>();
    public final Transport transport;
    public final Api api;
    private final Map<String, Transport.Handler> handlers = new HashMap<>();

    private Node(NodeId id, Role role) {
      this.id = id;
      this.role = role;
      this.view = new FakeView(id, role);
      this.transport = new Links(this);
      this.api =
          new Api(
              new ApiPorts(
                  id,
                  view,
                  role == Role.VOTER ? Optional.of(ledger) : Optional.empty(),
                  transport,
                  new StoppedClock(),
                  task -> List.of(new Explainer.Line("w1", "has no free GPU for " + task)),
                  this::log,
                  files,
                  files,
                  () -> "ringrift_up 1.0\n"));
      ApiOverLinks.serve(transport, api);
    }

    private Optional<LogSource.Chunk> log(
        AttemptId attempt, String stream, long offset, int max, Duration wait) {
      return Optional.ofNullable(output.get(attempt))
          .map(
              text -> {
                byte[] all = text.getBytes(StandardCharsets.UTF_8);
                int from = (int) Math.min(offset, all.length);
                int to = Math.min(all.length, from + max);
                return new LogSource.Chunk(
                    from, Arrays.copyOfRange(all, from, to), all.length, true);
              });
    }

    ApiReply call(String method, String path, String body, Caller caller) {
      int mark = path.indexOf('?');
      Map<String, String> query = new HashMap<>();
      if (mark >= 0) {
        for (String pair : path.substring(mark + 1).split("&", -1)) {
          String[] parts = pair.split("=", 2);
          query.put(parts[0], parts[1]);
        }
      }
      return api.call(
          new ApiCall(method, mark < 0 ? path : path.substring(0, mark), query, body, caller, 0));
    }
  }

  /// The links of one node.
  private final class Links implements Transport {
    private final Node own;

    Links(Node own) {
      this.own = own;
    }

    @Override
    public void dial(NodeId peer, List<String> addresses) {}

    @Override
    public void hangUp(NodeId peer) {}

    @Override
    public Set<NodeId> connected() {
      Set<NodeId> found = new HashSet<>(nodes.keySet());
      found.remove(own.id);
      found.removeIf(peer -> cut.contains(Set.of(own.id, peer)));
      return found;
    }

    @Override
    public void send(NodeId peer, String channel, byte[] body) {}

    @Override
    public CompletableFuture<byte[]> request(
        NodeId peer, String channel, byte[] body, Duration deadline) {
      if (!connected().contains(peer)) {
        return CompletableFuture.failedFuture(new TransportException("no link to " + peer));
      }
      Node other = nodes.get(peer);
      other.requests.add(body);
      return CompletableFuture.supplyAsync(
          () -> {
            try {
              return other.handlers.get(channel).handle(new Peer(own.id, own.role), body);
            } catch (Exception e) {
              throw new TransportException(String.valueOf(e));
            }
          });
    }

    @Override
    public void serve(String channel, Handler handler) {
      own.handlers.put(channel, handler);
    }

    @Override
    public void watch(Watcher watcher) {}
  }

  private final class StoppedClock implements Clock {
    @Override
    public long nanos() {
      return nowNanos.get();
    }

    @Override
    public long bootNanos() {
      return nowNanos.get();
    }

    @Override
    public long wallMillis() {
      return 1_000 + nowNanos.get() / 1_000_000;
    }
  }
}
