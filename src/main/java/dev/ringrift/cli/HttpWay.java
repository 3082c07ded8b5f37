package dev.ringrift.cli;

import dev.ringrift.core.UserError;
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
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Asks an agent on this machine over plain HTTP, where reading needs no key.
final class HttpWay implements Way {
  private static final Duration ANSWER_MAX = Duration.ofSeconds(40);

  private final String address;
  private final Vertx vertx;
  private final HttpClient http;

  /// @param address `http://127.0.0.1:port`
  HttpWay(String address) {
    this.address = address;
    FileSystemOptions noFiles =
        new FileSystemOptions().setClassPathResolvingEnabled(false).setFileCachingEnabled(false);
    this.vertx =
        Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setFileSystemOptions(noFiles));
    this.http = vertx.createHttpClient(new HttpClientOptions().setConnectTimeout(2_000));
  }

  @Override
  public Answer ask(Question question) throws Closed {
    RequestOptions options =
        new RequestOptions()
            .setAbsoluteURI(address + question.path() + PathText.query(question.query()))
            .setMethod(HttpMethod.valueOf(question.method()))
            .putHeader("Content-Type", "application/json")
            .setIdleTimeout(ANSWER_MAX.toMillis());
    try {
      return http.request(options)
          .compose(request -> request.send(Buffer.buffer(question.body())))
          .compose(
              response ->
                  response.body().map(all -> new Answer(response.statusCode(), all.getBytes())))
          .toCompletionStage()
          .toCompletableFuture()
          .get(ANSWER_MAX.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new Closed(
          address + ": " + reason(e.getCause()), !(e.getCause() instanceof ConnectException));
    } catch (TimeoutException e) {
      throw new Closed(address + ": no answer within " + ANSWER_MAX.toSeconds() + " s", true);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandError(ExitCode.FAILED, new UserError("interrupted", "", ""));
    }
  }

  @Override
  public void close() {
    vertx.close();
  }

  private static String reason(@Nullable Throwable cause) {
    return cause == null || cause.getMessage() == null
        ? String.valueOf(cause)
        : cause.getMessage().replaceFirst("/127.0.0.1:\\d+$", "").replaceFirst(": $", "");
  }
}
