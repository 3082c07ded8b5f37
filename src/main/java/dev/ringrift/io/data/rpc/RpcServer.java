package dev.ringrift.io.data.rpc;

import dev.ringrift.agent.data.FetchEngine;
import dev.ringrift.agent.data.Proxies;
import dev.ringrift.core.UserError;
import dev.ringrift.core.trust.Caller;
import dev.ringrift.io.data.files.Jail;
import dev.ringrift.io.gate.Addresses;
import dev.ringrift.io.gate.Barred;
import dev.ringrift.io.gate.Door;
import dev.ringrift.io.gate.Gate;
import dev.ringrift.io.gate.TakenPort;
import dev.ringrift.io.json.Json;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.ServerWebSocketHandshake;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

/// aria2's JSON-RPC on loopback: `POST /jsonrpc`, and a WebSocket at the same path that is also
/// told what becomes of downloads. A GET is refused, and with it JSONP: any web page can send one
/// by a `<script>`, without saying where it comes from, and read the answer.
public final class RpcServer implements AutoCloseable {
  private static final String HOST = "127.0.0.1";
  private static final String PATH = "/jsonrpc";
  private static final int IDLE_SECONDS_MAX = 300;
  private static final int BODY_BYTES_MAX = 24 << 20; // a metalink of 16 MiB in base 64
  private static final int CALLS_MAX = 32;
  private static final int SOCKETS_MAX = 64;

  private final Vertx vertx;
  private final Downloads downloads;
  private final Calls calls;
  private final Gate gate;
  private final Semaphore room = new Semaphore(CALLS_MAX);
  private final Set<Listener> listeners = ConcurrentHashMap.newKeySet();
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("rpc-", 0).factory());
  private Optional<HttpServer> server = Optional.empty();

  /// @param engine fetches what is asked for
  public RpcServer(Vertx vertx, FetchEngine engine, RpcSettings settings) {
    this.vertx = vertx;
    this.downloads = new Downloads(engine, settings.activeMax());
    this.calls = new Calls(new Methods(downloads, new Jail(settings.root()), settings));
    this.gate =
        new Gate(
            Set.of(),
            token -> {
              throw new IllegalStateException("no token is looked at here");
            });
    downloads.listen(this::tell);
  }

  private record Listener(ServerWebSocket socket, Context loop) {}

  /// Opens the port on loopback and returns its number.
  ///
  /// @param port 0 for any free one
  /// @throws UserError when the port is taken, with who holds it
  public int listen(int port) {
    HttpServerOptions options =
        new HttpServerOptions()
            .setHttp2ClearTextEnabled(false)
            .setIdleTimeout(IDLE_SECONDS_MAX)
            .setMaxWebSocketFrameSize(1 << 20)
            .setMaxWebSocketMessageSize(BODY_BYTES_MAX);
    HttpServer opened =
        vertx
            .createHttpServer(options)
            .requestHandler(this::answer)
            .webSocketHandshakeHandler(this::admit)
            .webSocketHandler(this::accept);
    try {
      opened.listen(port, HOST).toCompletionStage().toCompletableFuture().join();
    } catch (CompletionException e) {
      throw TakenPort.error(HOST, port, e.getCause() == null ? e : e.getCause());
    }
    server = Optional.of(opened);
    return opened.actualPort();
  }

  private void answer(HttpServerRequest request) {
    Optional<Barred> barred = barred(Gate.Sender.of(request, Door.DIRECT));
    if (barred.isPresent()) {
      plain(request, barred.get().status(), barred.get().error().text());
    } else if (!PATH.equals(request.path())) {
      plain(request, 404, "aria2's JSON-RPC is at " + PATH);
    } else if (!request.method().equals(HttpMethod.POST)) {
      request.response().putHeader("Allow", "POST");
      plain(request, 405, "send calls by POST, or over a WebSocket: any web page can send a GET");
    } else {
      whole(request, body -> run(body, reply -> json(request, reply), () -> busy(request)));
    }
  }

  /// Why this sender may not ask; nobody but this machine may.
  private Optional<Barred> barred(Gate.Sender sender) {
    try {
      Caller caller = gate.byAddress(sender);
      boolean named = Proxies.direct(Addresses.hostOf(sender.host().orElse("")));
      // A tailnet in user space hands its peers on from 127.0.0.1; the name they asked is theirs.
      if (caller.kind() == Caller.Kind.LOOPBACK && named) {
        return Optional.empty();
      }
      return Optional.of(
          new Barred(
              403,
              new UserError(
                  "only programs on this machine may ask here", "", "ask by http://localhost")));
    } catch (Barred e) {
      return Optional.of(e);
    }
  }

  private static void whole(HttpServerRequest request, Consumer<String> then) {
    Buffer body = Buffer.buffer();
    request.handler(
        part -> {
          if (body.length() + part.length() > BODY_BYTES_MAX) {
            request.handler(null);
            request.endHandler(null);
            plain(request, 413, "a call has at most %d bytes".formatted(BODY_BYTES_MAX));
          } else {
            body.appendBuffer(part);
          }
        });
    request.endHandler(end -> then.accept(body.toString()));
  }

  /// Answers on a thread that may block, and hands the answer to this event loop.
  private void run(String message, Consumer<Calls.Answered> done, Runnable tooMany) {
    if (!room.tryAcquire()) {
      tooMany.run();
      return;
    }
    Context loop = Objects.requireNonNull(Vertx.currentContext());
    threads.execute(
        () -> {
          try {
            Calls.Answered answered = calls.answer(message);
            loop.runOnContext(nothing -> done.accept(answered));
          } finally {
            room.release();
          }
        });
  }

  private static void json(HttpServerRequest request, Calls.Answered answered) {
    if (!request.response().closed()) {
      request
          .response()
          .setStatusCode(answered.status())
          .putHeader("Content-Type", "application/json-rpc")
          .putHeader("Cache-Control", "no-store")
          .putHeader("X-Content-Type-Options", "nosniff")
          .end(answered.json() + "\n");
    }
  }

  private static void busy(HttpServerRequest request) {
    plain(request, 503, "%d calls are under way, and that is the most".formatted(CALLS_MAX));
  }

  private static void plain(HttpServerRequest request, int status, String text) {
    if (!request.response().ended()) {
      request
          .response()
          .setStatusCode(status)
          .putHeader("Content-Type", "text/plain; charset=utf-8")
          .putHeader("X-Content-Type-Options", "nosniff")
          .end(text + "\n");
    }
  }

  private void admit(ServerWebSocketHandshake handshake) {
    Gate.Sender sender =
        new Gate.Sender(
            Door.DIRECT,
            String.valueOf(handshake.remoteAddress().hostAddress()),
            Optional.ofNullable(handshake.headers().get("Host")),
            Optional.ofNullable(handshake.headers().get("Origin")),
            Optional.empty());
    if (barred(sender).isPresent()) {
      handshake.reject(403);
    } else if (!PATH.equals(handshake.path())) {
      handshake.reject(404);
    } else if (listeners.size() >= SOCKETS_MAX) {
      handshake.reject(503);
    } else {
      handshake.accept();
    }
  }

  private void accept(ServerWebSocket socket) {
    Listener listener = new Listener(socket, Objects.requireNonNull(Vertx.currentContext()));
    listeners.add(listener);
    socket.closeHandler(closed -> listeners.remove(listener));
    socket.textMessageHandler(
        message ->
            run(
                message,
                answered -> send(socket, answered.json()),
                () -> socket.close((short) 1013, "too many calls")));
  }

  private static void send(ServerWebSocket socket, String text) {
    if (!socket.isClosed()) {
      if (socket.writeQueueFull()) {
        socket.close((short) 1013, "it does not read"); // rather than to remember it all
      } else {
        socket.writeTextMessage(text);
      }
    }
  }

  private void tell(String event, String gid) {
    Map<String, Object> notice = new LinkedHashMap<>();
    notice.put("jsonrpc", "2.0");
    notice.put("method", "aria2." + event);
    notice.put("params", List.of(Map.of("gid", gid)));
    String text = Json.text(notice);
    listeners.forEach(
        listener -> listener.loop().runOnContext(nothing -> send(listener.socket(), text)));
  }

  @Override
  public void close() {
    server.ifPresent(open -> open.close().toCompletionStage().toCompletableFuture().join());
    downloads.close();
    threads.shutdownNow();
  }
}
