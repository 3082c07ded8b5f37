package dev.ringrift.io.data.web;

import dev.ringrift.agent.data.Proxies;
import dev.ringrift.core.UserError;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.ProxyOptions;
import io.vertx.core.net.ProxyType;
import java.net.MalformedURLException;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Asks over HTTP, through the node's proxy; follows redirects. Blocks, so it is for virtual
/// threads. Thread-safe.
public final class WebClient implements AutoCloseable {
  private static final int REDIRECTS_MAX = 5;
  private static final int CONNECTIONS_MAX = 8;

  private final HttpClient http;
  private final Proxies proxies;

  public WebClient(Vertx vertx, Proxies proxies, Duration connectTimeout) {
    this.http =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setConnectTimeout((int) connectTimeout.toMillis())
                .setDecompressionSupported(false),
            new PoolOptions().setHttp1MaxSize(CONNECTIONS_MAX));
    this.proxies = proxies;
  }

  /// What was answered.
  ///
  /// @param headers names in lower case
  /// @param body empty where only the head was asked for
  public record Answer(URI from, int status, Map<String, String> headers, Buffer body) {
    public Optional<String> header(String name) {
      return Optional.ofNullable(headers.get(name));
    }
  }

  /// The whole document.
  ///
  /// @param bytesMax a longer one is refused
  /// @throws UserError when nobody answers in time, or more than that
  public Answer get(URI uri, Map<String, String> headers, int bytesMax, Duration longest)
      throws InterruptedException {
    return ask(uri, headers, longest, response -> body(response, bytesMax));
  }

  /// The head of the answer to a GET, whose body is not read: some servers know no HEAD.
  ///
  /// @throws UserError when nobody answers in time
  public Answer head(URI uri, Map<String, String> headers, Duration longest)
      throws InterruptedException {
    return ask(
        uri,
        headers,
        longest,
        response -> {
          Future<Buffer> none = Future.succeededFuture(Buffer.buffer());
          response.exceptionHandler(reset -> {});
          response.request().reset();
          return none;
        });
  }

  private interface Reading {
    Future<Buffer> read(HttpClientResponse response);
  }

  private Answer ask(URI uri, Map<String, String> headers, Duration longest, Reading reading)
      throws InterruptedException {
    URI at = uri;
    for (int i = 0; i <= REDIRECTS_MAX; i++) {
      // A name and a password are for the server that was named, not for where it sends us.
      boolean sameHost = String.valueOf(at.getAuthority()).equals(uri.getAuthority());
      Answer answer = await(at, once(at, sameHost ? headers : Map.of(), reading), longest);
      Optional<String> location = answer.header("location");
      if (answer.status() / 100 != 3 || answer.status() == 304 || location.isEmpty()) {
        return answer;
      }
      at = redirected(at, location.get());
    }
    throw failed(uri, "it redirects more than %d times".formatted(REDIRECTS_MAX));
  }

  private static URI redirected(URI from, String location) {
    try {
      URI to = from.resolve(location);
      if (to.getHost() != null && String.valueOf(to.getScheme()).matches("https?")) {
        return to;
      }
    } catch (IllegalArgumentException e) {
      // said below
    }
    throw failed(from, "it redirects to '%s'".formatted(location));
  }

  private Future<Answer> once(URI uri, Map<String, String> headers, Reading reading) {
    RequestOptions options;
    try {
      options = new RequestOptions().setAbsoluteURI(uri.toURL()).setMethod(HttpMethod.GET);
    } catch (MalformedURLException | IllegalArgumentException e) {
      return Future.failedFuture(e);
    }
    headers.forEach(options::putHeader);
    proxy(uri.getHost()).ifPresent(options::setProxyOptions);
    return http.request(options)
        .compose(
            request ->
                // Nested: attached later, a quick answer's body has passed already and is empty.
                request
                    .send()
                    .compose(
                        response ->
                            reading.read(response).map(body -> answer(uri, response, body))));
  }

  private Optional<ProxyOptions> proxy(String host) {
    if (Proxies.direct(host)) {
      return Optional.empty();
    }
    return proxies
        .http()
        .map(uri -> options(ProxyType.HTTP, uri))
        .or(() -> proxies.socks().map(uri -> options(ProxyType.SOCKS5, uri)));
  }

  private static ProxyOptions options(ProxyType type, URI uri) {
    return new ProxyOptions().setType(type).setHost(uri.getHost()).setPort(uri.getPort());
  }

  private static Answer answer(URI uri, HttpClientResponse response, Buffer body) {
    Map<String, String> headers = new HashMap<>();
    response
        .headers()
        .forEach((name, value) -> headers.putIfAbsent(name.toLowerCase(Locale.ROOT), value));
    return new Answer(uri, response.statusCode(), headers, body);
  }

  private static Future<Buffer> body(HttpClientResponse response, int bytesMax) {
    Promise<Buffer> whole = Promise.promise();
    Buffer buffer = Buffer.buffer();
    response.handler(
        part -> {
          if (buffer.length() + part.length() <= bytesMax) {
            buffer.appendBuffer(part);
          } else if (whole.tryFail("it sends more than %d bytes".formatted(bytesMax))) {
            response.request().reset();
          }
        });
    response.exceptionHandler(whole::tryFail);
    response.endHandler(end -> whole.tryComplete(buffer));
    return whole.future();
  }

  private static Answer await(URI uri, Future<Answer> future, Duration longest)
      throws InterruptedException {
    try {
      return future
          .toCompletionStage()
          .toCompletableFuture()
          .get(longest.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw failed(uri, reason(e.getCause()));
    } catch (TimeoutException e) {
      throw failed(uri, "no answer within %d s".formatted(longest.toSeconds()));
    }
  }

  private static String reason(@Nullable Throwable cause) {
    return cause == null || cause.getMessage() == null ? String.valueOf(cause) : cause.getMessage();
  }

  private static UserError failed(URI uri, String because) {
    return new UserError(
        "%s does not answer".formatted(uri), because, "is the address right, and the server up?");
  }

  @Override
  public void close() {
    http.close();
  }
}
