package dev.ringrift.io.ledger;

import dev.ringrift.core.election.ElectionTimings;
import dev.ringrift.io.ledger.LinkRpc.Followed;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;

/// Keeps a leader and its followers sure of each other while an append takes long.
///
/// Ratis sends the appends to a follower one after the other and waits for each answer, which comes
/// when the follower has the entries on its disk; a snapshot takes still longer. A disk that is
/// busy with something else for a third of a second would so look like a follower that is gone, and
/// two of them would cost the leader its lead. When a follower has not answered for longer than it
/// usually does, it is sent an append without entries beside the one that it works at.
final class Heartbeats implements AutoCloseable {
  private final RaftServer.Division division;
  private final LinkRpc rpc;
  private final long lookEveryNanos;
  private final long quietMillis;
  private final Set<RaftPeerId> asked = ConcurrentHashMap.newKeySet();
  private final CountDownLatch closed = new CountDownLatch(1);

  /// Begins at once, and does nothing while this voter does not lead.
  Heartbeats(RaftServer.Division division, LinkRpc rpc, ElectionTimings timings) {
    this.division = division;
    this.rpc = rpc;
    this.lookEveryNanos = timings.least().dividedBy(8).toNanos();
    // Ratis itself sends one in each half of the least timeout.
    this.quietMillis = timings.least().toMillis() * 11 / 20;
    Thread.ofPlatform().daemon().name("ledger-heartbeats").start(this::run);
  }

  private void run() {
    try {
      while (!closed.await(lookEveryNanos, TimeUnit.NANOSECONDS)) {
        if (division.getInfo().isLeader()) {
          for (RaftPeer peer : division.getRaftConf().getCurrentPeers()) {
            Followed follower = rpc.followers().get(peer.getId());
            if (follower != null && quiet(follower) && asked.add(peer.getId())) {
              Thread.startVirtualThread(() -> beat(peer.getId(), follower));
            }
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean quiet(Followed follower) {
    return follower.info().getLastRpcResponseTime().elapsedTimeMs() > quietMillis;
  }

  private void beat(RaftPeerId peer, Followed follower) {
    try {
      rpc.beat(follower);
    } catch (IOException e) {
      // a follower that does not answer is what Ratis and `Authority` count with
    } finally {
      asked.remove(peer);
    }
  }

  @Override
  public void close() {
    closed.countDown();
  }
}
