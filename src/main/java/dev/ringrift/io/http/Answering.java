package dev.ringrift.io.http;

import dev.ringrift.io.api.ApiReply;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/// Writes the answer to one request, on its event loop, from any thread.
final class Answering {
  private static final String PAGE_POLICY =
      "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none';"
          + " frame-ancestors 'none'";

  private final HttpServerRequest request;
  private final HttpServerResponse response;
  private final Context context;
  private final CallMeter meter;
  private final long begunNanos = System.nanoTime();

  /// To be made on the request's event loop.
  Answering(HttpServerRequest request, CallMeter meter) {
    this.request = request;
    this.response = request.response();
    this.context = Objects.requireNonNull(Vertx.currentContext());
    this.meter = meter;
  }

  void send(ApiReply reply) {
    onLoop(
        new CompletableFuture<>(),
        () -> {
          meter.answered(request.method().name(), reply.status(), System.nanoTime() - begunNanos);
          if (response.ended() || response.closed()) {
            return Future.succeededFuture();
          }
          head(reply.status(), reply.contentType());
          if (reply.status() == 401) {
            response.putHeader("WWW-Authenticate", "Bearer realm=\"ringrift\"");
          }
          if (request.method().equals(HttpMethod.HEAD)) {
            response.putHeader("Content-Length", String.valueOf(reply.body().length));
            return response.end();
          }
          return response.end(Buffer.buffer(reply.body()));
        });
  }

  /// Begins a stream of server-sent events.
  CompletableFuture<Void> beginStream() {
    CompletableFuture<Void> done = new CompletableFuture<>();
    onLoop(
        done,
        () -> {
          meter.answered(request.method().name(), 200, System.nanoTime() - begunNanos);
          head(200, "text/event-stream; charset=utf-8");
          response.setChunked(true);
          return response.writeHead();
        });
    return done;
  }

  /// Adds to the stream; ends when the piece has left, or fails when the other side is gone.
  CompletableFuture<Void> write(String text) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    onLoop(
        done,
        () ->
            response.closed()
                ? Future.failedFuture("the other side is gone")
                : response.write(text));
    return done;
  }

  void endStream() {
    onLoop(
        new CompletableFuture<>(),
        () -> response.ended() || response.closed() ? Future.succeededFuture() : response.end());
  }

  private void head(int status, String contentType) {
    response
        .setStatusCode(status)
        .putHeader("Content-Type", contentType)
        .putHeader("Cache-Control", "no-store")
        .putHeader("X-Content-Type-Options", "nosniff")
        .putHeader("Referrer-Policy", "no-referrer")
        .putHeader("Content-Security-Policy", PAGE_POLICY);
  }

  private void onLoop(CompletableFuture<Void> done, Write write) {
    Runnable task =
        () -> {
          Future<Void> written;
          try {
            written = write.write();
          } catch (IllegalStateException e) {
            written = Future.failedFuture(e); // closed in between
          }
          written.onComplete(result -> finish(done, result.succeeded(), result.cause()));
        };
    if (context.equals(Vertx.currentContext())) {
      task.run();
    } else {
      context.runOnContext(nothing -> task.run());
    }
  }

  private static void finish(CompletableFuture<Void> done, boolean succeeded, Throwable cause) {
    if (succeeded) {
      done.complete(null);
    } else {
      done.completeExceptionally(cause);
    }
  }

  @FunctionalInterface
  private interface Write {
    Future<Void> write();
  }
}
