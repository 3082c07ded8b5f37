package dev.ringrift.io.data.aria2;

import dev.ringrift.core.UserError;
import dev.ringrift.io.json.Json;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import tools.jackson.databind.JsonNode;

/// Calls one running `aria2c` by JSON-RPC. Blocks. Thread-safe.
final class Aria2Rpc {
  private static final Duration ANSWER_MAX = Duration.ofSeconds(15);

  private final HttpClient http;
  private final int port;
  private final String secret;

  Aria2Rpc(HttpClient http, int port, String secret) {
    this.http = http;
    this.port = port;
    this.secret = secret;
  }

  /// It does not answer: it has ended, or hangs.
  static final class Gone extends Exception {
    private static final long serialVersionUID = 1L;

    Gone(String message) {
      super(message);
    }
  }

  /// Calls `aria2.METHOD` and returns its result.
  ///
  /// @throws UserError when aria2 refuses it, with its words
  JsonNode call(String method, Object... params) throws Gone, InterruptedException {
    List<Object> all = new ArrayList<>(List.of("token:" + secret));
    all.addAll(List.of(params));
    Map<String, Object> question = new LinkedHashMap<>();
    question.put("jsonrpc", "2.0");
    question.put("id", "1");
    question.put("method", "aria2." + method);
    question.put("params", all);
    JsonNode answer = Json.tree(post(Json.bytes(question)));
    if (answer.has("result")) {
      return answer.path("result");
    }
    throw new UserError(
        "aria2 refuses '%s'".formatted(method),
        answer.path("error").path("message").asString(""),
        "");
  }

  private byte[] post(byte[] body) throws Gone, InterruptedException {
    try {
      return http.request(HttpMethod.POST, port, "127.0.0.1", "/jsonrpc")
          .compose(
              request ->
                  // Nested: attached later, a quick answer's body has passed already and is empty.
                  request
                      .putHeader("Content-Type", "application/json")
                      .send(Buffer.buffer(body))
                      .compose(HttpClientResponse::body))
          .toCompletionStage()
          .toCompletableFuture()
          .get(ANSWER_MAX.toMillis(), TimeUnit.MILLISECONDS)
          .getBytes();
    } catch (ExecutionException e) {
      throw new Gone(String.valueOf(e.getCause()));
    } catch (TimeoutException e) {
      throw new Gone("no answer within %d s".formatted(ANSWER_MAX.toSeconds()));
    }
  }
}
