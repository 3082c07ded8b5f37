package dev.ringrift.io.ledger;

import dev.ringrift.agent.port.Ledger.Proposal;
import dev.ringrift.agent.port.Transport;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.election.ElectionTimings;
import dev.ringrift.core.ledger.Outcome;
import dev.ringrift.io.json.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.exceptions.LeaderNotReadyException;
import org.apache.ratis.protocol.exceptions.NotLeaderException;
import org.apache.ratis.protocol.exceptions.ReconfigurationInProgressException;

/// Changes of the group: who votes, who is preferred, who leads. One at a time, each on a virtual
/// thread, since Ratis refuses a second while one is under way. Thread-safe.
final class GroupChanges {
  /// Most changes that wait for their turn.
  private static final int WAITING_MAX = 16;

  /// How long a change may wait for one before it, for example that of a new leader.
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final Duration PAUSE = Duration.ofMillis(20);

  private final Supplier<LedgerServer> server;
  private final Transport transport;
  private final String clusterId;
  private final Supplier<ElectionTimings> timings;
  private final ReentrantLock turn = new ReentrantLock(true);

  GroupChanges(
      Supplier<LedgerServer> server,
      Transport transport,
      String clusterId,
      Supplier<ElectionTimings> timings) {
    this.server = server;
    this.transport = transport;
    this.clusterId = clusterId;
    this.timings = timings;
  }

  /// Asks a node which peer it is: a voter's data folder is part of its id.
  CompletableFuture<PeerName> ask(NodeId node) {
    byte[] hello = new Frame(Frame.Kind.HELLO, new byte[0]).bytes();
    return transport
        .request(node, Frame.CHANNEL, hello, timings.get().append())
        .thenApply(
            bytes -> {
              Frame reply = Frame.read(bytes);
              if (reply.kind() != Frame.Kind.OK) {
                throw new IllegalArgumentException(reply.text());
              }
              LinkEndpoint.Hello answer = Json.read(reply.body(), LinkEndpoint.Hello.class);
              if (!answer.cluster().equals(clusterId)) {
                throw new IllegalArgumentException(
                    "%s is of cluster %s".formatted(node, answer.cluster()));
              }
              return PeerName.parse(answer.peer());
            });
  }

  /// Sets the priorities, unless they are so already or another change is under way.
  void prioritise(Map<NodeId, Integer> priorities) {
    LedgerServer leader = server.get();
    if (!leader.leads() || turn.isLocked() || withPriorities(leader, priorities).isEmpty()) {
      return;
    }
    start(
        () -> {
          Optional<List<RaftPeer>> wanted = withPriorities(leader, priorities);
          if (wanted.isPresent()) {
            configure(leader, wanted.get());
          }
        });
  }

  private static Optional<List<RaftPeer>> withPriorities(
      LedgerServer leader, Map<NodeId, Integer> priorities) {
    List<RaftPeer> peers = new ArrayList<>();
    boolean changed = false;
    for (RaftPeer peer : leader.group()) {
      PeerName name = PeerName.of(peer.getId());
      int wanted = priorities.getOrDefault(name.node(), peer.getPriority());
      changed |= wanted != peer.getPriority();
      peers.add(name.peer(wanted));
    }
    return changed ? Optional.of(peers) : Optional.empty();
  }

  /// Hands the lead over. Ratis does so only to a peer that no other exceeds in priority, so `to`
  /// gets the highest first.
  void transfer(NodeId to) {
    LedgerServer leader = server.get();
    if (!leader.leads()) {
      return;
    }
    start(
        () -> {
          int highest = leader.group().stream().mapToInt(RaftPeer::getPriority).max().orElse(0);
          Optional<RaftPeer> chosen = peer(leader, to);
          if (chosen.isEmpty()) {
            return;
          }
          if (chosen.get().getPriority() < highest) {
            configure(leader, withPriorities(leader, Map.of(to, highest)).orElseThrow());
          }
          await(
              leader.transfer(
                  Optional.of(chosen.get().getId()), timings.get().most().multipliedBy(3)));
        });
  }

  /// Makes these nodes the voters, one committed change after the other: first those that come,
  /// then those that go, this one last. A node that is a voter already keeps its data folder.
  void change(List<NodeId> voters, Consumer<Proposal> done) {
    LedgerServer leader = server.get();
    CompletableFuture<Proposal> answer = new CompletableFuture<>();
    var _ = answer.thenAccept(done);
    if (!leader.leads()) {
      answer.complete(new Proposal.NotLeader(Optional.empty()));
      return;
    }
    boolean started =
        start(
            () -> {
              try {
                answer.complete(change(leader, voters));
              } finally {
                answer.complete(new Proposal.Unclear("the change was interrupted"));
              }
            });
    if (!started) {
      answer.complete(new Proposal.Unclear("not proposed: other changes are under way"));
    }
  }

  private Proposal change(LedgerServer leader, List<NodeId> voters) throws InterruptedException {
    long index = 0;
    try {
      Optional<List<RaftPeer>> next = step(leader, voters);
      while (next.isPresent()) {
        index = configure(leader, next.get()).getLogIndex();
        next = step(leader, voters);
      }
      return new Proposal.Committed(index, new Outcome.Done(0));
    } catch (ExecutionException e) {
      return e.getCause() instanceof NotLeaderException
          ? new Proposal.NotLeader(Optional.empty())
          : new Proposal.Unclear("the voters were not changed: " + message(e));
    } catch (TimeoutException e) {
      return new Proposal.Unclear("no majority confirmed the change of the voters in time");
    }
  }

  private static String message(ExecutionException e) {
    Throwable cause = e.getCause() == null ? e : e.getCause();
    return String.valueOf(cause.getMessage());
  }

  /// The group after the next single change, or nothing when it is as wanted.
  private Optional<List<RaftPeer>> step(LedgerServer leader, List<NodeId> voters)
      throws InterruptedException, ExecutionException, TimeoutException {
    List<RaftPeer> peers = new ArrayList<>(leader.group());
    for (NodeId voter : voters) {
      if (peer(leader, voter).isEmpty()) {
        PeerName joiner = ask(voter).get(timings.get().append().toNanos(), TimeUnit.NANOSECONDS);
        // Not preferred: like a voter that comes back, it must first prove stable.
        peers.add(joiner.peer(0));
        return Optional.of(peers);
      }
    }
    List<RaftPeer> leaving =
        peers.stream().filter(p -> !voters.contains(PeerName.of(p.getId()).node())).toList();
    if (leaving.isEmpty()) {
      return Optional.empty();
    }
    RaftPeer first =
        leaving.stream()
            .filter(p -> !p.getId().equals(leader.division().getId()))
            .findFirst()
            .orElse(leaving.getFirst());
    peers.remove(first);
    return Optional.of(peers);
  }

  private static Optional<RaftPeer> peer(LedgerServer leader, NodeId node) {
    return leader.group().stream()
        .filter(p -> PeerName.of(p.getId()).node().equals(node))
        .findFirst();
  }

  /// Asks again while another change is under way: that of a leader's begin is, at first.
  private RaftClientReply configure(LedgerServer leader, List<RaftPeer> peers)
      throws InterruptedException, ExecutionException, TimeoutException {
    long start = System.nanoTime();
    while (true) {
      try {
        return await(leader.configure(peers));
      } catch (ExecutionException e) {
        boolean early =
            e.getCause() instanceof ReconfigurationInProgressException
                || e.getCause() instanceof LeaderNotReadyException;
        if (!early || System.nanoTime() - start > PATIENCE.toNanos()) {
          throw e;
        }
        Thread.sleep(PAUSE);
      }
    }
  }

  private RaftClientReply await(CompletableFuture<RaftClientReply> answer)
      throws InterruptedException, ExecutionException, TimeoutException {
    Duration limit = timings.get().append().multipliedBy(6);
    RaftClientReply reply = answer.get(limit.toNanos(), TimeUnit.NANOSECONDS);
    if (!reply.isSuccess()) {
      throw new ExecutionException(reply.getException());
    }
    return reply;
  }

  private boolean start(Change change) {
    if (turn.getQueueLength() >= WAITING_MAX) {
      return false;
    }
    Thread.ofVirtual()
        .name("ledger-change")
        .start(
            () -> {
              turn.lock();
              try {
                change.run();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              } catch (ExecutionException | TimeoutException e) {
                // Priorities and transfers are wishes: whoever has them looks at what came of them
                // and asks again.
              } finally {
                turn.unlock();
              }
            });
    return true;
  }

  private interface Change {
    void run() throws InterruptedException, ExecutionException, TimeoutException;
  }
}
