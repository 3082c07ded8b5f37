package dev.ringrift.io.link;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.ringrift.io.trust.Ed25519;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.WebSocketBase;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// A tunnel or relay between two nodes: an honest one hands the WebSocket's messages on, a
/// dishonest one ends TLS with a key of its own on both sides.
final class Wiretap implements AutoCloseable {
  final AtomicInteger plainBytes = new AtomicInteger();
  private final HttpServer server;

  private Wiretap(HttpServer server) {
    this.server = server;
  }

  String address() {
    return "ws://127.0.0.1:" + server.actualPort();
  }

  static Wiretap honest(Vertx vertx, String to) throws Exception {
    return start(vertx, to, false);
  }

  static Wiretap dishonest(Vertx vertx, String to) throws Exception {
    return start(vertx, to, true);
  }

  private static Wiretap start(Vertx vertx, String to, boolean endsTls) throws Exception {
    Wires wires = new Wires(vertx, TestNode.QUICK);
    @Nullable Wiretap[] self = new Wiretap[1];
    HttpServer server =
        vertx
            .createHttpServer()
            .webSocketHandler(
                near -> {
                  Context loop = Wires.currentLoop();
                  Half client = new Half(near, loop);
                  if (endsTls) {
                    client.endTls(false, count -> self[0].plainBytes.addAndGet(count));
                  }
                  client.listen();
                  wires.dial(
                      LinkAddress.parse(to),
                      (far, farLoop) -> {
                        Half voter = new Half(far, farLoop);
                        if (endsTls) {
                          voter.endTls(true, count -> self[0].plainBytes.addAndGet(count));
                        }
                        voter.listen();
                        client.join(voter);
                        voter.join(client);
                      },
                      reason -> near.close());
                })
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .get(5, SECONDS);
    Wiretap tap = new Wiretap(server);
    self[0] = tap;
    return tap;
  }

  @Override
  public void close() {
    server.close();
  }

  private static final class Half {
    private final WebSocketBase socket;
    private final Context loop;
    private final List<byte[]> early = new ArrayList<>();
    private @Nullable Half other;
    private @Nullable TlsStream tls;
    private boolean ready;

    Half(WebSocketBase socket, Context loop) {
      this.socket = socket;
      this.loop = loop;
    }

    void endTls(boolean dialled, Consumer<Integer> seen) {
      tls =
          new TlsStream(
              new LinkTls(Ed25519.generate()).engine(dialled),
              bytes -> socket.writeBinaryMessage(Buffer.buffer(bytes)),
              plain -> {
                seen.accept(plain.remaining());
                pass(bytes(plain));
              },
              () -> {
                ready = true;
                flushEarlyWrites();
              });
      if (dialled) {
        guarded(tls::start);
      }
    }

    void listen() {
      socket.binaryMessageHandler(
          message -> {
            if (tls != null) {
              guarded(() -> tls.receive(message.getBytes()));
            } else {
              pass(message.getBytes());
            }
          });
      socket.closeHandler(
          closed -> {
            if (other != null) {
              other.socket.close();
            }
          });
    }

    synchronized void join(Half half) {
      other = half;
      early.forEach(bytes -> half.write(bytes));
      early.clear();
    }

    private synchronized void pass(byte[] bytes) {
      if (other == null) {
        early.add(bytes);
      } else {
        other.write(bytes);
      }
    }

    private final List<byte[]> writes = new ArrayList<>();

    private void write(byte[] bytes) {
      loop.runOnContext(
          now -> {
            if (tls == null) {
              socket.writeBinaryMessage(Buffer.buffer(bytes));
            } else {
              writes.add(bytes);
              flushEarlyWrites();
            }
          });
    }

    private void flushEarlyWrites() {
      if (ready) {
        List<byte[]> all = List.copyOf(writes);
        writes.clear();
        all.forEach(bytes -> guarded(() -> tls.send(bytes)));
      }
    }

    private static byte[] bytes(ByteBuffer buffer) {
      byte[] bytes = new byte[buffer.remaining()];
      buffer.get(bytes);
      return bytes;
    }

    private interface Step {
      void run() throws SSLException;
    }

    private void guarded(Step step) {
      try {
        step.run();
      } catch (SSLException e) {
        socket.close();
      }
    }
  }
}
