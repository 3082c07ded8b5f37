package dev.ringrift.io.link;

import dev.ringrift.agent.port.Clock;
import dev.ringrift.agent.port.Transport;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.UserError;
import dev.ringrift.core.trust.Identity;
import io.vertx.core.Vertx;
import io.vertx.core.http.ServerWebSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;

/// Links over WebSockets on the agent's port. Dials out by itself; what comes in on path `/link` is
/// handed to `accept` by whoever has the HTTP server. Thread-safe.
public final class LinkTransport implements Transport, AutoCloseable {
  private final Identity identity;
  private final LinkSettings settings;
  private final Handlers handlers = new Handlers();
  private final Links links;
  private final Wires wires;
  private final Link.Shared shared;
  private final ScheduledThreadPoolExecutor timer;
  private final Map<NodeId, Dialler> diallers = new ConcurrentHashMap<>();

  /// @param vertx whose event loops carry the links; closed by its owner, after this
  public LinkTransport(Vertx vertx, Identity identity, Clock clock, LinkSettings settings) {
    this.identity = identity;
    this.settings = settings;
    this.links = new Links(identity.node(), settings.pingEvery().multipliedBy(3), this::redial);
    this.wires = new Wires(vertx, settings);
    this.timer =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("link-deadlines").factory());
    this.timer.setRemoveOnCancelPolicy(true);
    this.shared =
        new Link.Shared(
            identity, new LinkTls(identity.keys()), clock, settings, handlers, timer, links);
  }

  /// Takes a WebSocket that came in on path `/link`. To be called in its handler, on its event
  /// loop, before anything is read from it.
  public void accept(ServerWebSocket socket) {
    begin(new Link(shared, socket, Wires.currentLoop(), Optional.empty()));
  }

  /// Lets nodes without a credential ask for one on `channel`: the handler is given the key that
  /// TLS proved, and the body. They can do nothing else.
  public void serveEnrolment(String channel, BiFunction<String, byte[], byte[]> handler) {
    handlers.serveEnrolment(channel, handler);
  }

  @Override
  public void dial(NodeId peer, List<String> addresses) {
    diallers.compute(
        peer,
        (node, running) -> {
          if (running != null) {
            running.replace(addresses);
            return running;
          }
          Dialler dialler =
              new Dialler(peer, addresses, settings, links, this::attempt, links::dialFailed);
          dialler.start();
          return dialler;
        });
  }

  @Override
  public void hangUp(NodeId peer) {
    Dialler dialler = diallers.remove(peer);
    if (dialler != null) {
      dialler.stop();
    }
    links.of(peer).stream()
        .filter(Link::dialled)
        .forEach(link -> link.close("%s hung up".formatted(identity.node())));
  }

  /// Opens a link to whichever voter answers on one of these addresses, once: for commands, which
  /// need a voter and do not know its name.
  ///
  /// @return who it is; fails with a `UserError` that has the reason for each address
  public CompletableFuture<Peer> connect(List<String> addresses, Duration deadline) {
    CompletableFuture<Peer> found = new CompletableFuture<>();
    long end = System.nanoTime() + deadline.toNanos();
    Thread.ofVirtual()
        .name("connect")
        .start(
            () -> {
              try {
                found.complete(connectBlocking(addresses, end));
              } catch (UserError e) {
                found.completeExceptionally(e);
              } catch (InterruptedException e) {
                found.completeExceptionally(new TransportException("interrupted"));
              }
            });
    return found;
  }

  @Override
  public Set<NodeId> connected() {
    return links.connected();
  }

  @Override
  public void send(NodeId peer, String channel, byte[] body) {
    links.to(peer).ifPresent(link -> link.send(channel, body));
  }

  @Override
  public CompletableFuture<byte[]> request(
      NodeId peer, String channel, byte[] body, Duration deadline) {
    return links
        .to(peer)
        .map(link -> link.request(channel, body, deadline))
        .orElseGet(
            () ->
                CompletableFuture.failedFuture(
                    new TransportException("there is no link to " + peer)));
  }

  @Override
  public void serve(String channel, Handler handler) {
    handlers.serve(channel, handler);
  }

  @Override
  public void watch(Watcher watcher) {
    links.watch(watcher);
  }

  /// The smoothed round trip to a peer, empty without a link or before its first measurement.
  public Optional<Duration> rtt(NodeId peer) {
    return links.to(peer).flatMap(Link::rtt);
  }

  /// Judges all open links again, now: to be called when the ledger says that something was
  /// revoked.
  public void recheck() {
    links.all().forEach(Link::recheck);
  }

  /// Shows the node's new credential on all open links.
  public void credentialChanged() {
    links.connected().forEach(peer -> links.of(peer).forEach(Link::showCredential));
  }

  /// Ends all links and dials no more.
  @Override
  public void close() {
    diallers.values().forEach(Dialler::stop);
    diallers.clear();
    links.all().forEach(link -> link.close("%s stops".formatted(identity.node())));
    wires.close();
    timer.shutdownNow();
  }

  private void begin(Link link) {
    if (links.begin(link)) {
      link.start();
    } else {
      link.close("busy: %d links are open".formatted(Links.LINKS_MAX));
    }
  }

  private void redial(NodeId peer) {
    Dialler dialler = diallers.get(peer);
    if (dialler != null) {
      dialler.wake();
    }
  }

  private Peer connectBlocking(List<String> addresses, long end) throws InterruptedException {
    List<String> reasons = new ArrayList<>();
    for (String address : addresses) {
      Duration left = Duration.ofNanos(end - System.nanoTime());
      if (left.isNegative()) {
        reasons.add(address + ": not tried, the time was over");
        continue;
      }
      try {
        return open(address, Optional.empty(), left);
      } catch (TransportException e) {
        reasons.add(address + ": " + e.getMessage());
      }
    }
    throw new UserError(
        "cannot reach a voter of the cluster",
        String.join("\n", reasons),
        "is an agent running there, and can this machine reach it?");
  }

  private Optional<String> attempt(String address, NodeId node) throws InterruptedException {
    try {
      open(address, Optional.of(node), settings.connectMax().plus(settings.handshakeMax()));
      return Optional.empty();
    } catch (TransportException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  /// Opens one link and blocks until it is open or has failed.
  private Peer open(String text, Optional<NodeId> node, Duration deadline)
      throws InterruptedException {
    CompletableFuture<Peer> opened = new CompletableFuture<>();
    LinkAddress address;
    try {
      address = LinkAddress.parse(text);
    } catch (IllegalArgumentException e) {
      throw new TransportException(String.valueOf(e.getMessage()));
    }
    wires.dial(
        address,
        (socket, loop) -> {
          Link link = new Link(shared, socket, loop, Optional.of(new Link.Target(text, node)));
          var _ =
              link.opened()
                  .whenComplete(
                      (peer, failure) -> {
                        if (failure == null) {
                          opened.complete(peer);
                        } else {
                          opened.completeExceptionally(failure);
                        }
                      });
          var _ =
              opened.whenComplete(
                  (peer, failure) -> {
                    if (failure != null) {
                      link.close("the dialler gave up");
                    }
                  });
          begin(link);
        },
        reason -> opened.completeExceptionally(new TransportException(reason)));
    try {
      return opened.get(deadline.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      throw new TransportException(
          String.valueOf(cause == null ? e.getMessage() : cause.getMessage()));
    } catch (TimeoutException e) {
      opened.cancel(false);
      throw new TransportException("no link within %d ms".formatted(deadline.toMillis()));
    }
  }
}
