package dev.ringrift.cli;

import dev.ringrift.core.UserError;
import dev.ringrift.io.link.SocksProxy;
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
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Asks an agent over plain HTTP, where reading needs no key: that of this machine, or one that is
/// reached as the tailnet reaches it, through the SOCKS5 proxy where one is set.
final class HttpWay implements Way {
  private static final Duration ANSWER_MAX = Duration.ofSeconds(40);

  private final String address;
  private final Vertx vertx;
  private final HttpClient http;

  /// @param address `http://host:port`
  /// @param proxy of all that is not on this machine; it resolves the names
  HttpWay(String address, Optional<SocksProxy> proxy) {
    this.address = address;
    FileSystemOptions noFiles =
        new FileSystemOptions().setClassPathResolvingEnabled(false).setFileCachingEnabled(false);
    this.vertx =
        Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setFileSystemOptions(noFiles));
    HttpClientOptions options = new HttpClientOptions().setConnectTimeout(2_000);
    proxy.filter(socks -> !local()).ifPresent(socks -> options.setProxyOptions(socks.options()));
    this.http = vertx.createHttpClient(options);
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
          .compose(
              request ->
                  // Nested: attached later, a quick answer's body has passed already and is empty.
                  request
                      .send(Buffer.buffer(question.body()))
                      .compose(
                          response ->
                              response
                                  .body()
                                  .map(all -> new Answer(response.statusCode(), all.getBytes()))))
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
  public boolean local() {
    return address.startsWith("http://127.") || address.startsWith("http://localhost");
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
