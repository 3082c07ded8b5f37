package dev.ringrift.sim;

import dev.ringrift.agent.Message;
import java.util.ArrayDeque;
import java.util.Optional;

/// One TCP-like link. Cutting its path does not end it: what is sent waits, and each end gives up
/// on its own after a silence of its own patience, so that for a while only one of them believes in
/// it.
final class SimLink {
  private static final long CHECK_NANOS = SimWorld.SECONDS;
  private static final int WAITING_MAX = 2_000;

  final SimHost dialler;
  final SimHost acceptor;

  private final Fabric fabric;
  private final End near;
  private final End far;
  private long lastGoodNanos;

  SimLink(Fabric fabric, SimHost dialler, SimHost acceptor) {
    this.fabric = fabric;
    this.dialler = dialler;
    this.acceptor = acceptor;
    this.near = new End(dialler, acceptor);
    this.far = new End(acceptor, dialler);
    this.lastGoodNanos = fabric.world.now();
    fabric.add(this);
  }

  void open() {
    far.open();
    near.open();
    watch();
  }

  boolean ends(SimHost host) {
    return dialler == host || acceptor == host;
  }

  boolean joins(SimHost a, SimHost b) {
    return ends(a) && ends(b);
  }

  /// Whether this host still believes in the link.
  boolean openAt(SimHost host) {
    return end(host).open;
  }

  void send(SimHost from, Message message) {
    End to = from == dialler ? far : near;
    if (!fabric.bothWays(from, to.host) || !to.host.answers()) {
      if (to.waiting.size() < WAITING_MAX) {
        to.waiting.add(message);
      }
      return;
    }
    if (fabric.lost()) {
      return;
    }
    to.carry(message);
    if (fabric.twice()) {
      to.carry(message);
    }
  }

  /// One end's process is gone or hangs up; the other hears of it if it can.
  void close(SimHost at, String reason) {
    End mine = end(at);
    mine.close(reason);
    End other = mine == near ? far : near;
    if (other.open && fabric.open(at, other.host) && at.powered()) {
      fabric.packet(at, other.host, "link closes", () -> other.close("the peer closed it"));
    }
    forgetWhenClosed();
  }

  /// What waited goes on its way.
  void pathMended() {
    if (fabric.bothWays(dialler, acceptor)) {
      near.flush();
      far.flush();
    }
  }

  private End end(SimHost host) {
    return host == dialler ? near : far;
  }

  private void watch() {
    fabric.world.after(
        CHECK_NANOS,
        "link check",
        () -> {
          if (!near.open && !far.open) {
            return;
          }
          boolean good =
              near.open
                  && far.open
                  && fabric.bothWays(dialler, acceptor)
                  && dialler.answers()
                  && acceptor.answers();
          if (good) {
            lastGoodNanos = fabric.world.now();
          } else {
            near.loseHope();
            far.loseHope();
            resetHalf();
          }
          watch();
        });
  }

  /// Where packets pass again, the end that lives on learns that there is no other.
  private void resetHalf() {
    boolean passes = fabric.bothWays(dialler, acceptor) && dialler.answers() && acceptor.answers();
    if (passes && near.open != far.open) {
      near.close("the peer had closed it");
      far.close("the peer had closed it");
    }
  }

  private void forgetWhenClosed() {
    if (!near.open && !far.open) {
      fabric.remove(this);
    }
  }

  private final class End {
    final SimHost host;
    final SimHost peer;
    final ArrayDeque<Message> waiting = new ArrayDeque<>();
    final long patienceNanos;
    Optional<AgentProcess> owner = Optional.empty();
    boolean open;

    End(SimHost host, SimHost peer) {
      this.host = host;
      this.peer = peer;
      this.patienceNanos = fabric.dice.nextLong(4 * SimWorld.SECONDS, 40 * SimWorld.SECONDS);
    }

    void open() {
      open = true;
      owner = host.process();
      host.network.opened(SimLink.this, peer);
    }

    void close(String reason) {
      if (open) {
        open = false;
        waiting.clear();
        host.network.closed(SimLink.this, peer, reason);
        forgetWhenClosed();
      }
    }

    void loseHope() {
      if (open && host.answers() && fabric.world.now() - lastGoodNanos > patienceNanos) {
        close("nothing was heard for %d s".formatted(patienceNanos / SimWorld.SECONDS));
      }
    }

    void carry(Message message) {
      int boot = host.boots();
      fabric.world.after(
          fabric.delay(peer, host) + fabric.heldUp(peer),
          "message",
          () -> host.run(boot, () -> arrive(message)));
    }

    void arrive(Message message) {
      if (!open || !host.process().equals(owner)) {
        return;
      }
      if (!fabric.bothWays(peer, host)) {
        if (waiting.size() < WAITING_MAX) {
          waiting.add(message);
        }
        return;
      }
      host.network.arrived(peer, message);
    }

    void flush() {
      while (!waiting.isEmpty()) {
        carry(waiting.remove());
      }
    }
  }
}
