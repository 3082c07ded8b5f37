package dev.ringrift.io.data;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// An ordinary web server on loopback that gives bytes by ranges, at a rate, wrongly, or not.
public final class TestSource implements AutoCloseable {
  private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d*)");
  private static final int CHUNK_BYTES = 64 << 10;

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, byte[]> files = new ConcurrentHashMap<>();
  private final AtomicInteger requests = new AtomicInteger();
  private volatile long bytesPerSecond = Long.MAX_VALUE;
  private volatile String wantedHeader = "";
  private volatile String etag = "";

  public TestSource() throws IOException {
    this(InetAddress.getLoopbackAddress());
  }

  public TestSource(InetAddress address) throws IOException {
    server = HttpServer.create(new InetSocketAddress(address, 0), 64);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  public TestSource with(String path, byte[] content) {
    files.put(path, content);
    return this;
  }

  /// Of each answer.
  public TestSource slow(long rate) {
    bytesPerSecond = rate;
    return this;
  }

  /// Answers 401 to whoever does not send this `Authorization`.
  public TestSource wanting(String authorization) {
    wantedHeader = authorization;
    return this;
  }

  /// Gives each file this ETag.
  public TestSource tagged(String tag) {
    etag = tag;
    return this;
  }

  public URI uri(String path) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
  }

  public int port() {
    return server.getAddress().getPort();
  }

  public int requests() {
    return requests.get();
  }

  private void answer(HttpExchange exchange) throws IOException {
    requests.incrementAndGet();
    try (exchange) {
      byte[] content = files.get(exchange.getRequestURI().getPath());
      String shown = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
      if (!wantedHeader.isEmpty() && !wantedHeader.equals(shown)) {
        exchange.sendResponseHeaders(401, -1);
        return;
      }
      if (content == null) {
        exchange.sendResponseHeaders(404, -1);
        return;
      }
      String range = exchange.getRequestHeaders().getFirst("Range");
      Matcher matcher = RANGE.matcher(String.valueOf(range));
      int from = 0;
      int to = content.length;
      if (matcher.matches()) {
        from = Integer.parseInt(matcher.group(1));
        to = matcher.group(2).isEmpty() ? to : Integer.parseInt(matcher.group(2)) + 1;
        exchange
            .getResponseHeaders()
            .set("Content-Range", "bytes %d-%d/%d".formatted(from, to - 1, content.length));
      }
      exchange.getResponseHeaders().set("Accept-Ranges", "bytes");
      if (!etag.isEmpty()) {
        exchange.getResponseHeaders().set("ETag", etag);
      }
      exchange.sendResponseHeaders(matcher.matches() ? 206 : 200, to == from ? -1 : to - from);
      send(exchange.getResponseBody(), content, from, to);
    }
  }

  private void send(OutputStream out, byte[] content, int from, int to) throws IOException {
    for (int at = from; at < to; at += CHUNK_BYTES) {
      int length = Math.min(CHUNK_BYTES, to - at);
      out.write(content, at, length);
      out.flush();
      if (bytesPerSecond < Long.MAX_VALUE) {
        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(length) / bytesPerSecond);
      }
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
