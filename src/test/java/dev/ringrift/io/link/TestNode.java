package dev.ringrift.io.link;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.ringrift.agent.port.Clock;
import dev.ringrift.agent.port.Transport.Peer;
import dev.ringrift.agent.port.Transport.Watcher;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.trust.Identity;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/// A transport with a server on loopback, and what its watcher heard.
final class TestNode implements AutoCloseable {
  static final LinkSettings QUICK =
      new LinkSettings(
          Duration.ofMillis(50),
          Duration.ofSeconds(5),
          Duration.ofSeconds(5),
          Duration.ofSeconds(5),
          Duration.ofMillis(20),
          Duration.ofMillis(100),
          Duration.ofHours(1),
          Optional.empty());

  final LinkTransport transport;
  final BlockingQueue<Peer> ups = new LinkedBlockingQueue<>();
  final BlockingQueue<String> downs = new LinkedBlockingQueue<>();
  final BlockingQueue<List<String>> failures = new LinkedBlockingQueue<>();
  final Identity identity;
  private final Vertx vertx;
  private @Nullable HttpServer server;

  TestNode(Vertx vertx, Identity identity, Clock clock) {
    this(vertx, identity, clock, QUICK);
  }

  TestNode(Vertx vertx, Identity identity, Clock clock, LinkSettings settings) {
    this.vertx = vertx;
    this.identity = identity;
    this.transport = new LinkTransport(vertx, identity, clock, settings);
    transport.watch(
        new Watcher() {
          @Override
          public void linkUp(Peer peer) {
            ups.add(peer);
          }

          @Override
          public void linkDown(NodeId peer, String reason) {
            downs.add(peer + ": " + reason);
          }

          @Override
          public void dialFailed(NodeId peer, List<String> reasons) {
            failures.add(reasons);
          }
        });
  }

  /// Its address, having made it listen.
  String listen() throws Exception {
    server =
        vertx
            .createHttpServer()
            .webSocketHandler(transport::accept)
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .get(5, SECONDS);
    return "ws://127.0.0.1:" + server.actualPort();
  }

  NodeId id() {
    return identity.node();
  }

  static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
    T item = queue.poll(10, SECONDS);
    if (item == null) {
      throw new AssertionError("nothing came within 10 s");
    }
    return item;
  }

  @Override
  public void close() {
    transport.close();
    if (server != null) {
      server.close();
    }
  }
}
