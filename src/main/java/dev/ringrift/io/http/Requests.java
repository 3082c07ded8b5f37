package dev.ringrift.io.http;

import dev.ringrift.core.Role;
import dev.ringrift.core.trust.Caller;
import dev.ringrift.io.api.Api;
import dev.ringrift.io.api.ApiCall;
import dev.ringrift.io.api.ApiError;
import dev.ringrift.io.api.ApiReply;
import dev.ringrift.io.api.StatusJson;
import dev.ringrift.io.gate.Barred;
import dev.ringrift.io.gate.Door;
import dev.ringrift.io.gate.Gate;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/// Turns requests into calls. Its own methods run on the event loop and never block; calls run on
/// virtual threads.
final class Requests {
  /// Most calls at a time; one more is refused at once.
  static final int CALLS_MAX = 256;

  /// Most event streams at a time.
  static final int STREAMS_MAX = 64;

  /// Most bytes of a request's body.
  static final int BODY_BYTES_MAX = 2 << 20;

  private static final String STREAM = "/stream";

  private final Api api;
  private final HttpAccess access;
  private final Gate gate;
  private final CallMeter meter;
  private final Semaphore calls = new Semaphore(CALLS_MAX);
  private final Semaphore streams = new Semaphore(STREAMS_MAX);
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("http-", 0).factory());

  Requests(Api api, HttpAccess access, CallMeter meter) {
    this.api = api;
    this.access = access;
    this.gate = new Gate(access.ownNames(), access.tokens());
    this.meter = meter;
  }

  void handle(HttpServerRequest request, Door door) {
    Answering answering = new Answering(request, meter);
    Gate.Sender sender = Gate.Sender.of(request, door);
    if (health(request, sender, answering)) {
      return;
    }
    String path = String.valueOf(request.path());
    boolean stream = request.method().equals(HttpMethod.GET) && path.endsWith(STREAM);
    Semaphore room = stream ? streams : calls;
    if (!room.tryAcquire()) {
      answering.send(
          ApiError.unavailable(
                  "this node answers as many requests as it can",
                  "%d are under way".formatted(stream ? STREAMS_MAX : CALLS_MAX),
                  "try again in a second")
              .reply());
      return;
    }
    new RequestBody(request, BODY_BYTES_MAX)
        .whenWhole(
            text ->
                threads.execute(
                    () -> {
                      try {
                        answer(request, sender, text, answering, stream);
                      } finally {
                        room.release();
                      }
                    }),
            error -> {
              room.release();
              answering.send(error.reply());
            },
            room::release);
  }

  /// Answers `/health` here and now for those whose address allows it.
  private boolean health(HttpServerRequest request, Gate.Sender sender, Answering answering) {
    if (!"/health".equals(request.path())
        || !(request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.HEAD))) {
      return false;
    }
    try {
      if (!gate.byAddress(sender).maySeeStatus()) {
        return false;
      }
      answering.send(StatusJson.healthReply(access.view().health()));
    } catch (Barred e) {
      answering.send(ApiReply.error(e.status(), e.error()));
    }
    return true;
  }

  private void answer(
      HttpServerRequest request,
      Gate.Sender sender,
      String body,
      Answering answering,
      boolean stream) {
    try {
      Caller caller = gate.admit(sender, access.view().health().role() == Role.WORKER);
      ApiCall call = call(request, body, caller);
      if (stream) {
        new EventStream(api, request, answering).run(call, STREAM);
      } else {
        answering.send(api.call(call));
      }
    } catch (Barred e) {
      answering.send(ApiReply.error(e.status(), e.error()));
    } catch (ApiError e) {
      answering.send(e.reply());
    }
  }

  private static ApiCall call(HttpServerRequest request, String body, Caller caller) {
    String method = request.method().name();
    Map<String, String> query = new HashMap<>();
    request.params().forEach(entry -> query.putIfAbsent(entry.getKey(), entry.getValue()));
    try {
      String path = new URI(String.valueOf(request.path())).getPath();
      if (path == null || !path.startsWith("/")) {
        throw ApiError.bad("the path does not begin with a slash", "", "");
      }
      return new ApiCall(method.equals("HEAD") ? "GET" : method, path, query, body, caller, 0);
    } catch (URISyntaxException e) {
      throw ApiError.bad("the path is not valid", String.valueOf(e.getMessage()), "");
    }
  }

  void close() {
    threads.shutdownNow();
  }
}
