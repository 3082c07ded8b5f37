package dev.ringrift.io.data.server;

import dev.ringrift.core.UserError;
import dev.ringrift.io.data.files.FileStore;
import dev.ringrift.io.gate.Barred;
import dev.ringrift.io.gate.Door;
import dev.ringrift.io.gate.Gate;
import dev.ringrift.io.json.Json;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Answers requests. `handle` runs on the event loop and never blocks; what looks at the disk or
/// waits runs on virtual threads, a bounded number of them.
final class DataRequests {
  private static final Logger LOG = LoggerFactory.getLogger(DataRequests.class);

  /// Most requests whose answer is being looked for.
  static final int CALLS_MAX = 256;

  /// Most requests that wait for news of a file.
  static final int WAITS_MAX = 256;

  /// Most answers of several parts of a file, each of which has a thread until its reader has it
  // all.
  static final int PARTS_MAX = 1_024;

  /// What answers may hold in memory together.
  static final int MEMORY_KIB_MAX = 64 << 10;

  private final DataAccess access;
  private final Gate gate;
  private final FileStore store;
  private final FileAnswers files;
  private final ObjectAnswers objects;
  private final Semaphore calls = new Semaphore(CALLS_MAX);
  private final Semaphore waits = new Semaphore(WAITS_MAX);
  private final Semaphore parts = new Semaphore(PARTS_MAX);
  private final Semaphore memoryKib = new Semaphore(MEMORY_KIB_MAX);
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("data-", 0).factory());

  DataRequests(DataAccess access, FileStore store, FileAnswers files, ObjectAnswers objects) {
    this.access = access;
    this.gate = new Gate(access.ownNames(), access.tokens());
    this.store = store;
    this.files = files;
    this.objects = objects;
  }

  void handle(HttpServerRequest request, Door door) {
    Context context = Objects.requireNonNull(Vertx.currentContext());
    Sending sending = new Sending(request, context, memoryKib);
    if (!request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD)) {
      sending.send(
          Answer.text(405, "files are only read here")
              .with("Allow", "GET, HEAD")
              .with("Connection", "close"));
      return;
    }
    String path = String.valueOf(request.path());
    Semaphore room = ObjectAnswers.waits(path) ? waits : calls;
    if (!room.tryAcquire()) {
      sending.send(Answer.busy("this node answers as many requests as it can", 1));
      return;
    }
    Gate.Sender sender = Gate.Sender.of(request, door);
    Ask ask = ask(request, path);
    Runnable hangUp = () -> context.runOnContext(v -> request.connection().close());
    threads.execute(
        () -> {
          Answer answer;
          try {
            answer = answer(sender, ask, hangUp);
          } finally {
            room.release(); // a reader that reads slowly, or not at all, holds up nobody's question
          }
          send(sending, answer);
        });
  }

  private void send(Sending sending, Answer answer) {
    if (!(answer.body() instanceof Answer.Body.Parts)) {
      sending.send(answer);
    } else if (parts.tryAcquire()) {
      try {
        sending.send(answer);
      } finally {
        parts.release();
      }
    } else {
      Sending.close(answer);
      sending.send(Answer.busy("this node gives as many parts of files as it can", 1));
    }
  }

  private static Ask ask(HttpServerRequest request, String path) {
    Map<String, String> headers = new HashMap<>();
    request
        .headers()
        .forEach(
            entry ->
                headers.putIfAbsent(entry.getKey().toLowerCase(Locale.ROOT), entry.getValue()));
    Map<String, String> query = new HashMap<>();
    try {
      request.params().forEach(entry -> query.putIfAbsent(entry.getKey(), entry.getValue()));
    } catch (IllegalArgumentException e) {
      query.clear(); // it is no query
    }
    return new Ask(request.method().equals(HttpMethod.HEAD), path, query, headers);
  }

  private Answer answer(Gate.Sender sender, Ask ask, Runnable hangUp) {
    try {
      return route(ask, new Reader(admit(sender, ask), hangUp));
    } catch (Barred e) {
      Answer refusal = Answer.error(e.status(), e.error());
      return e.status() == 401
          ? refusal.with("WWW-Authenticate", "Bearer realm=\"ringrift\"")
          : refusal;
    } catch (IOException e) {
      return Answer.error(500, new UserError("cannot read it", e.toString(), ""));
    } catch (InterruptedException e) {
      return Answer.busy("this node is stopping", 5);
    } catch (RuntimeException e) {
      LOG.error("a fault of the program, while {} was answered", ask.path(), e);
      return Answer.error(500, new UserError("a fault of the program", "see the node's log", ""));
    }
  }

  /// The name by which the reader is known.
  ///
  /// @throws Barred when the sender may not read this
  private String admit(Gate.Sender sender, Ask ask) {
    Optional<String> pass = bearer(sender).filter(access.passes()::isPass);
    if (pass.isPresent()) {
      try {
        return access
            .passes()
            .check(pass.get(), ObjectAnswers.id(ask.path()).orElseThrow(DataRequests::noObject));
      } catch (UserError e) {
        throw new Barred(401, e);
      }
    }
    if (!gate.admit(sender, access.worker()).mayFetch()) {
      throw new Barred(
          401,
          new UserError(
              "files are not for everybody",
              "this request from %s shows nothing that allows it".formatted(sender.remote()),
              "send 'Authorization: Bearer TOKEN' with a token of the scope 'data'"));
    }
    return sender.remote();
  }

  private static UserError noObject() {
    return new UserError("the pass is refused", "it is for one file, asked for by its id", "");
  }

  private static Optional<String> bearer(Gate.Sender sender) {
    return sender
        .authorization()
        .map(header -> header.strip().split("\\s+", 2))
        .filter(words -> words.length == 2 && words[0].equalsIgnoreCase("bearer"))
        .map(words -> words[1]);
  }

  private Answer route(Ask ask, Reader reader) throws IOException, InterruptedException {
    return switch (ask.path()) {
      case "/health" ->
          Answer.json(
              Json.shared()
                  .createObjectNode()
                  .put("status", "ok")
                  .put("node", access.node())
                  .put("files", store.ids().size()));
      case "/inventory.json" ->
          Answer.json(Inventory.of(access.node(), store, System.currentTimeMillis()));
      default -> ObjectAnswers.asked(ask.path()) ? objects.answer(ask, reader) : files.answer(ask);
    };
  }

  void close() {
    threads.shutdownNow();
  }
}
