package dev.ringrift.io.data.swarm;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// Asks one source, over connections that are kept for the next question. Follows the redirects of
/// a plain URL, a few, and shows what is meant for the source to no other server. Thread-safe.
final class Asker {
  private static final int REDIRECTS_MAX = 5;
  private static final int IDLE_MAX = 16;

  private final Supplier<Map<String, String>> headers;
  private final boolean follows;
  private final Origin own;
  private final Ways ways;
  private final Deque<HttpConnection> idle = new ArrayDeque<>();
  private final Set<HttpConnection> connections = new HashSet<>();
  private boolean closed;

  /// @param headers to show to the server of `base`, now
  /// @param follows whether a redirect is followed
  Asker(URI base, Supplier<Map<String, String>> headers, boolean follows, Ways ways) {
    this.headers = headers;
    this.follows = follows;
    this.own = Origin.of(base);
    this.ways = ways;
  }

  /// What a server said; its body is to be read from the connection.
  record Reply(HttpConnection connection, ReplyHead head, URI from) {}

  /// @param opened is told each connection before it is waited for
  Reply ask(URI uri, Map<String, String> more, Consumer<HttpConnection> opened) throws IOException {
    URI at = uri;
    for (int hop = 0; hop <= REDIRECTS_MAX; hop++) {
      Map<String, String> shown = new LinkedHashMap<>(more);
      if (Origin.of(at).equals(own)) {
        shown.putAll(headers.get());
      }
      Reply reply = askOnce(at, shown, opened);
      if (!follows || !redirect(reply.head().status())) {
        return reply;
      }
      drop(reply.connection());
      at = next(at, reply.head().header("location"));
    }
    throw new IOException("more than %d redirects".formatted(REDIRECTS_MAX));
  }

  /// Keeps a connection for the next question, if it can be.
  void giveBack(HttpConnection connection) {
    synchronized (this) {
      if (!closed && connection.reusable() && idle.size() < IDLE_MAX) {
        idle.push(connection);
        return;
      }
    }
    drop(connection);
  }

  void drop(HttpConnection connection) {
    synchronized (this) {
      connections.remove(connection);
    }
    close(connection);
  }

  /// How many connections are in use.
  synchronized int inUse() {
    return connections.size() - idle.size();
  }

  /// Lets it ask again after `close`.
  synchronized void open() {
    closed = false;
  }

  /// Ends all that waits.
  void close() {
    Set<HttpConnection> all;
    synchronized (this) {
      closed = true;
      all = Set.copyOf(connections);
      connections.clear();
      idle.clear();
    }
    all.forEach(Asker::close);
  }

  private Reply askOnce(URI uri, Map<String, String> headers, Consumer<HttpConnection> opened)
      throws IOException {
    while (true) {
      HttpConnection connection = connection(Origin.of(uri));
      boolean used = connection.used();
      try {
        opened.accept(connection);
        return new Reply(connection, connection.get(target(uri), headers), uri);
      } catch (HttpConnection.NoReplyException e) {
        drop(connection);
        if (!used) {
          throw e;
        }
      } catch (IOException | RuntimeException e) {
        drop(connection);
        throw e;
      }
    }
  }

  private HttpConnection connection(Origin origin) throws IOException {
    synchronized (this) {
      HttpConnection kept =
          idle.stream().filter(each -> each.origin().equals(origin)).findFirst().orElse(null);
      if (kept != null) {
        idle.remove(kept);
        return kept;
      }
      if (closed) {
        throw new IOException("the fetch is over");
      }
      HttpConnection fresh = new HttpConnection(origin, ways);
      connections.add(fresh);
      return fresh;
    }
  }

  private static boolean redirect(int status) {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
  }

  private static URI next(URI from, String location) throws IOException {
    URI to;
    try {
      to = from.resolve(location);
    } catch (IllegalArgumentException e) {
      throw new IOException("a redirect to '%s'".formatted(location), e);
    }
    String scheme = String.valueOf(to.getScheme());
    if (to.getHost() == null || !scheme.matches("(?i)https?")) {
      throw new IOException("a redirect to '%s'".formatted(location));
    }
    if (Origin.of(from).tls() && !Origin.of(to).tls()) {
      throw new IOException("a redirect from https to %s, which is open".formatted(to));
    }
    if (Origin.of(to).loopback() && !Origin.of(from).loopback()) {
      throw new IOException("a redirect to this machine itself, %s".formatted(to));
    }
    return to;
  }

  private static String target(URI uri) {
    String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    return uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
  }

  private static void close(HttpConnection connection) {
    try {
      connection.close();
    } catch (IOException e) {
      throw new IllegalStateException("closing a socket", e);
    }
  }
}
