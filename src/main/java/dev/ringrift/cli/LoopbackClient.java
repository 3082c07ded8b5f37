package dev.ringrift.cli;

import dev.ringrift.core.UserError;
import dev.ringrift.io.json.Json;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Asks agents on this machine over plain HTTP. Tries all addresses, and for a while again: a
/// cluster that loses its leader has a new one within a second or so. Asking again is safe, since
/// what changes something carries a key or says how things ought to be.
final class LoopbackClient implements ClusterClient {
  /// How long an unreachable cluster is asked again.
  static final Duration PATIENCE = Duration.ofSeconds(10);

  /// How long, when every connection was refused: an agent that restarts is back within that.
  private static final Duration NOBODY_THERE = Duration.ofSeconds(1);

  private static final Duration ANSWER_MAX = Duration.ofSeconds(40);
  private static final Duration PAUSE = Duration.ofMillis(250);

  private final String name;
  private final List<String> addresses;
  private final Consumer<Duration> pause;
  private final Duration patience;
  private final Vertx vertx;
  private final HttpClient http;

  /// @param addresses `http://127.0.0.1:port`, all tried
  LoopbackClient(String name, List<String> addresses, Consumer<Duration> pause, Duration patience) {
    this.name = name;
    this.addresses = List.copyOf(addresses);
    this.pause = pause;
    this.patience = patience;
    FileSystemOptions noFiles =
        new FileSystemOptions().setClassPathResolvingEnabled(false).setFileCachingEnabled(false);
    this.vertx =
        Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setFileSystemOptions(noFiles));
    this.http = vertx.createHttpClient(new HttpClientOptions().setConnectTimeout(2_000));
  }

  @Override
  public JsonNode get(String path, Map<String, String> query) {
    return ask(HttpMethod.GET, path + PathText.query(query), null);
  }

  @Override
  public JsonNode post(String path, Object body) {
    return ask(HttpMethod.POST, path, Json.bytes(body));
  }

  @Override
  public String clusterName() {
    return name;
  }

  @Override
  public void close() {
    vertx.close();
  }

  private record Answer(int status, Buffer body) {}

  private JsonNode ask(HttpMethod method, String target, byte @Nullable [] body) {
    List<String> reasons = new ArrayList<>();
    long waitedMillis = 0;
    boolean somebodyListens = false;
    do {
      if (!reasons.isEmpty()) {
        pause.accept(PAUSE);
        waitedMillis += PAUSE.toMillis();
        reasons.clear();
      }
      for (String address : addresses) {
        try {
          Answer answer = send(method, address + target, body);
          if (answer.status() != 503) {
            return read(answer);
          }
          somebodyListens = true;
          reasons.add(address + ": " + refusal(answer).what());
        } catch (ExecutionException e) {
          somebodyListens |= !(e.getCause() instanceof ConnectException);
          reasons.add(address + ": " + reason(e.getCause()));
        } catch (TimeoutException e) {
          reasons.add(address + ": no answer within " + ANSWER_MAX.toSeconds() + " s");
        }
      }
    } while (!reasons.isEmpty()
        && waitedMillis < (somebodyListens ? patience : NOBODY_THERE).toMillis());
    throw new CommandError(
        ExitCode.UNREACHABLE,
        new UserError(
            "cannot reach cluster " + name,
            addresses.isEmpty()
                ? "no address on this machine is known"
                : String.join("\n", reasons),
            "is an agent running here? './ringrift demo' starts a cluster to try"));
  }

  private Answer send(HttpMethod method, String uri, byte @Nullable [] body)
      throws ExecutionException, TimeoutException {
    RequestOptions options =
        new RequestOptions()
            .setAbsoluteURI(uri)
            .setMethod(method)
            .putHeader("Content-Type", "application/json")
            .setIdleTimeout(ANSWER_MAX.toMillis());
    Buffer bytes = body == null ? Buffer.buffer() : Buffer.buffer(body);
    try {
      return http.request(options)
          .compose(request -> request.send(bytes))
          .compose(response -> response.body().map(all -> new Answer(response.statusCode(), all)))
          .toCompletionStage()
          .toCompletableFuture()
          .get(ANSWER_MAX.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandError(ExitCode.FAILED, new UserError("interrupted", "", ""));
    }
  }

  private static JsonNode read(Answer answer) {
    if (answer.status() < 300) {
      return answer.body().length() == 0 ? Json.shared().createObjectNode() : tree(answer);
    }
    int code =
        switch (answer.status()) {
          case 400, 401, 403, 409, 413, 422 -> ExitCode.BAD_INPUT;
          case 404 -> ExitCode.NOT_FOUND;
          default -> ExitCode.FAILED;
        };
    throw new CommandError(code, refusal(answer));
  }

  private static JsonNode tree(Answer answer) {
    return Json.tree(answer.body().getBytes());
  }

  private static UserError refusal(Answer answer) {
    try {
      JsonNode body = tree(answer);
      String what = Facts.text(body, "error");
      if (!what.isEmpty()) {
        return new UserError(what, Facts.text(body, "because"), Facts.text(body, "mend"));
      }
    } catch (IllegalArgumentException e) {
      return new UserError("the agent answered " + answer.status() + " without a reason", "", "");
    }
    return new UserError("the agent answered " + answer.status(), "", "");
  }

  private static String reason(@Nullable Throwable cause) {
    return cause == null || cause.getMessage() == null
        ? String.valueOf(cause)
        : cause.getMessage().replaceFirst("/127.0.0.1:\\d+$", "").replaceFirst(": $", "");
  }
}
