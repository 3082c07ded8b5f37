package dev.ringrift.io.link;

import dev.ringrift.core.NodeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/// Keeps a link to one peer up: dials while there is none, all addresses in order, then again after
/// a pause that grows.
final class Dialler {
  /// Tries one address and blocks until the link is open.
  @FunctionalInterface
  interface Attempt {
    /// Returns why there is no link, empty when there is one.
    Optional<String> dial(String address, NodeId wanted) throws InterruptedException;
  }

  private final NodeId peer;
  private final LinkSettings settings;
  private final Links links;
  private final Attempt attempt;
  private final BiConsumer<NodeId, List<String>> failed;
  private final Semaphore wake = new Semaphore(0);
  private final Thread thread;
  private volatile List<String> addresses;
  private volatile boolean over;

  Dialler(
      NodeId peer,
      List<String> addresses,
      LinkSettings settings,
      Links links,
      Attempt attempt,
      BiConsumer<NodeId, List<String>> failed) {
    this.peer = peer;
    this.addresses = List.copyOf(addresses);
    this.settings = settings;
    this.links = links;
    this.attempt = attempt;
    this.failed = failed;
    this.thread = Thread.ofVirtual().name("dial-" + peer).unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /// Goes on with other addresses, at once.
  void replace(List<String> changed) {
    if (!addresses.equals(changed)) {
      addresses = List.copyOf(changed);
      wake.release();
    }
  }

  /// The last link to the peer is gone.
  void wake() {
    wake.release();
  }

  void stop() {
    over = true;
    thread.interrupt();
  }

  private void run() {
    try {
      Duration pause = settings.redialMin();
      while (!over) {
        if (links.to(peer).isPresent() || dial()) {
          long since = System.nanoTime();
          wake.acquire();
          boolean steady = System.nanoTime() - since > settings.redialMax().toNanos();
          pause = steady ? settings.redialMin() : pause(pause);
        } else {
          pause = pause(pause);
        }
        wake.drainPermits();
      }
    } catch (InterruptedException e) {
      // Stopped: nobody waits for this thread.
    }
  }

  private boolean dial() throws InterruptedException {
    List<String> reasons = new ArrayList<>();
    for (String address : addresses) {
      Optional<String> reason = attempt.dial(address, peer);
      if (reason.isEmpty()) {
        return true;
      }
      reasons.add(address + ": " + reason.get());
      if (over || links.to(peer).isPresent()) {
        return true;
      }
    }
    failed.accept(peer, reasons);
    return false;
  }

  /// Waits, unless something changes, and returns how long to wait next time. A link that drops as
  /// soon as it opens is waited for too: each costs both sides a handshake.
  private Duration pause(Duration pause) throws InterruptedException {
    wake.drainPermits();
    boolean changed = wake.tryAcquire(jittered(pause), TimeUnit.MILLISECONDS);
    return changed ? settings.redialMin() : longer(pause);
  }

  private Duration longer(Duration pause) {
    Duration doubled = pause.multipliedBy(2);
    return doubled.compareTo(settings.redialMax()) > 0 ? settings.redialMax() : doubled;
  }

  /// Nodes that lost the same voter must not all come back at the same moment.
  private static long jittered(Duration pause) {
    return (long) (pause.toMillis() * ThreadLocalRandom.current().nextDouble(0.5, 1.5));
  }
}
