package dev.ringrift.io.http;

import dev.ringrift.core.UserError;
import dev.ringrift.io.api.Api;
import dev.ringrift.io.gate.Door;
import dev.ringrift.io.gate.Gate;
import dev.ringrift.io.gate.TakenPort;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.ServerWebSocketHandshake;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/// Listens for HTTP and for links on one port. `/health` is answered on the event loop from memory;
/// everything else on virtual threads, which may block. Thread-safe.
public final class HttpServerAdapter implements AutoCloseable {
  /// Where links come in.
  public static final String LINK_PATH = "/link";

  private static final int IDLE_SECONDS_MAX = 90;
  private static final int WEB_SOCKET_FRAME_BYTES_MAX = 1 << 20;
  private static final int WEB_SOCKET_MESSAGE_BYTES_MAX = 8 << 20;

  private final Vertx vertx;
  private final Requests requests;
  private final Consumer<ServerWebSocket> linkAcceptor;
  private final CopyOnWriteArrayList<HttpServer> servers = new CopyOnWriteArrayList<>();

  /// @param linkAcceptor gets each new connection to `/link`, on its event loop
  public HttpServerAdapter(
      Vertx vertx,
      Api api,
      HttpAccess access,
      CallMeter meter,
      Consumer<ServerWebSocket> linkAcceptor) {
    this.vertx = vertx;
    this.requests = new Requests(api, access, meter);
    this.linkAcceptor = linkAcceptor;
  }

  /// Opens a port and returns its number.
  ///
  /// @param port 0 for any free one
  /// @throws UserError when the port is taken, with who holds it
  public int listen(String host, int port, Door door) {
    HttpServerOptions options =
        new HttpServerOptions()
            .setTcpNoDelay(true)
            // HTTP/2 without TLS has no Host header, and the JDK's client asks for it by itself.
            .setHttp2ClearTextEnabled(false)
            .setIdleTimeout(IDLE_SECONDS_MAX)
            .setMaxWebSocketFrameSize(WEB_SOCKET_FRAME_BYTES_MAX)
            .setMaxWebSocketMessageSize(WEB_SOCKET_MESSAGE_BYTES_MAX);
    HttpServer server =
        vertx
            .createHttpServer(options)
            .requestHandler(request -> requests.handle(request, door))
            .webSocketHandshakeHandler(HttpServerAdapter::admitLink)
            .webSocketHandler(linkAcceptor::accept);
    try {
      await(server.listen(port, host));
    } catch (CompletionException e) {
      throw TakenPort.error(host, port, e.getCause() == null ? e : e.getCause());
    }
    servers.add(server);
    return server.actualPort();
  }

  private static void admitLink(ServerWebSocketHandshake handshake) {
    String origin = handshake.headers().get("Origin");
    String host = String.valueOf(handshake.headers().get("Host"));
    boolean foreign = origin != null && !Gate.sameSite(origin, host);
    if (!LINK_PATH.equals(handshake.path())) {
      handshake.reject(404);
    } else if (foreign) {
      handshake.reject(403);
    } else {
      handshake.accept();
    }
  }

  /// Closes all ports and connections.
  @Override
  public void close() {
    servers.forEach(server -> await(server.close()));
    servers.clear();
    requests.close();
  }

  private static <T> void await(Future<T> future) {
    future.toCompletionStage().toCompletableFuture().join();
  }
}
