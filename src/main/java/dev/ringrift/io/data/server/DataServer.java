package dev.ringrift.io.data.server;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.ringrift.agent.data.Holdings;
import dev.ringrift.core.UserError;
import dev.ringrift.io.data.files.FileStore;
import dev.ringrift.io.gate.Door;
import dev.ringrift.io.gate.TakenPort;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Gives a node's files to others, by HTTP/1.1, to be read only. Thread-safe.
///
/// It has event loops of its own: reading a cold disk holds one up, and links must not wait for
/// that. A connection on which nothing moves for a minute is closed.
public final class DataServer implements AutoCloseable {
  /// Most pieces that are given at a time.
  public static final int SLOTS = 10;

  /// Most connections where the system lets the process have as many; one more is closed at once.
  static final int CONNECTIONS_MAX = 4_096;

  private static final Logger LOG = LoggerFactory.getLogger(DataServer.class);
  private static final int CONNECTIONS_MIN = 64;

  /// What the rest of an agent needs at most: links, journals, jobs' output.
  private static final int OTHER_FILES_MAX = 1_024;

  private static final int LOOPS_MAX = 4;
  private static final int IDLE_SECONDS_MAX = 60;
  private static final int LINE_BYTES_MAX = 16 << 10;

  private final Vertx vertx;
  private final int loops = Math.clamp(Runtime.getRuntime().availableProcessors(), 2, LOOPS_MAX);
  private final DataRequests requests;
  private final AtomicInteger connections = new AtomicInteger();
  private final int idleSeconds;
  private final int connectionsMax = connectionsMax(openFilesMax());

  /// @param holdings all that may be given by its id, whole or not
  public DataServer(DataAccess access, FileStore store, Holdings holdings, Holders holders) {
    this(access, store, holdings, holders, slots(SLOTS, UploadSlots.LOOK), IDLE_SECONDS_MAX);
  }

  DataServer(
      DataAccess access,
      FileStore store,
      Holdings holdings,
      Holders holders,
      UploadSlots slots,
      int idleSeconds) {
    this.vertx =
        Vertx.vertx(
            new VertxOptions()
                .setEventLoopPoolSize(loops)
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1));
    this.idleSeconds = idleSeconds;
    this.requests =
        new DataRequests(
            access,
            store,
            new FileAnswers(store, holders),
            new ObjectAnswers(store, holdings, slots));
  }

  /// @param look over how long it is looked whether a reader takes anything
  static UploadSlots slots(int count, Duration look) {
    return new UploadSlots(count, look, System::nanoTime);
  }

  /// A reader takes two of the files that a process may have open: a socket, and what it reads.
  static int connectionsMax(long openFilesMax) {
    return Math.clamp((openFilesMax - OTHER_FILES_MAX) / 2, CONNECTIONS_MIN, CONNECTIONS_MAX);
  }

  private static long openFilesMax() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
        ? system.getMaxFileDescriptorCount()
        : Long.MAX_VALUE;
  }

  /// Opens a port and returns its number.
  ///
  /// @param port 0 for any free one
  /// @throws UserError when the port is taken, with who holds it
  public int listen(String host, int port, Door door) {
    if (connectionsMax < CONNECTIONS_MAX) {
      LOG.warn(
          "only {} connections at a time can get files here: this process may have {} files open;"
              + " 'ulimit -n {}' before it starts allows {}",
          connectionsMax,
          openFilesMax(),
          OTHER_FILES_MAX + 2 * CONNECTIONS_MAX,
          CONNECTIONS_MAX);
    }
    AtomicInteger actual = new AtomicInteger();
    try {
      await(
          vertx.deployVerticle(
              () -> new Listener(host, port, door, actual),
              new DeploymentOptions().setInstances(loops)));
    } catch (CompletionException e) {
      throw TakenPort.error(host, port, e.getCause() == null ? e : e.getCause());
    }
    return actual.get();
  }

  /// One event loop that listens; all of one port share its connections.
  private final class Listener extends VerticleBase {
    private final String host;
    private final int port;
    private final Door door;
    private final AtomicInteger actual;

    Listener(String host, int port, Door door, AtomicInteger actual) {
      this.host = host;
      // Several that ask for port 0 would get several ports; for the same negative one they do not.
      this.port = port == 0 ? -1 : port;
      this.door = door;
      this.actual = actual;
    }

    @Override
    public Future<HttpServer> start() {
      HttpServerOptions options =
          new HttpServerOptions()
              .setTcpNoDelay(true)
              .setHttp2ClearTextEnabled(false)
              .setMaxInitialLineLength(LINE_BYTES_MAX)
              .setIdleTimeout(idleSeconds);
      return vertx
          .createHttpServer(options)
          .connectionHandler(DataServer.this::connected)
          .requestHandler(request -> requests.handle(request, door))
          .listen(port, host)
          .onSuccess(server -> actual.set(server.actualPort()));
    }
  }

  private void connected(HttpConnection connection) {
    int open = connections.incrementAndGet();
    connection.closeHandler(closed -> connections.decrementAndGet());
    connection.exceptionHandler(gone -> {}); // a reader may go away at any time
    if (open > connectionsMax) {
      connection.close();
    }
  }

  /// Closes the port and all connections.
  @Override
  public void close() {
    requests.close();
    await(vertx.close());
  }

  private static <T> T await(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().join();
  }
}
