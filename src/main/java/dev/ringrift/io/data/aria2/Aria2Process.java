package dev.ringrift.io.data.aria2;

import dev.ringrift.core.UserError;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Our `aria2c`: started when it is needed, started again when it died, ended with this. It
/// listens on loopback only, on a port of its own, for whoever knows a secret that is made anew
/// for each start. Thread-safe.
final class Aria2Process implements AutoCloseable {
  /// Most starts within `STARTS_WITHIN`; one more and it is given up.
  static final int STARTS_MAX = 8;

  private static final Duration STARTS_WITHIN = Duration.ofMinutes(2);
  private static final Duration BACKOFF_FIRST = Duration.ofMillis(250);
  private static final Duration BACKOFF_MAX = Duration.ofSeconds(8);
  private static final Duration READY_MAX = Duration.ofSeconds(10);
  private static final Duration END_MAX = Duration.ofSeconds(2);
  private static final int SECRET_BYTES = 32;

  private final Aria2Settings settings;
  private final HttpClient http;
  private final Deque<Long> starts = new ArrayDeque<>();
  private @Nullable Process process;
  private @Nullable Aria2Rpc rpc;
  private boolean closed;

  Aria2Process(Vertx vertx, Aria2Settings settings) {
    this.settings = settings;
    this.http = vertx.createHttpClient(new HttpClientOptions().setConnectTimeout(2_000));
  }

  /// The way to it; it runs when this returns.
  ///
  /// @throws UserError when it cannot be started, or ends again and again
  synchronized Aria2Rpc rpc() throws InterruptedException {
    if (closed) {
      throw new UserError("aria2c was ended", "the program that ran it ends", "");
    }
    if (rpc != null && process != null && process.isAlive()) {
      return rpc;
    }
    while (true) {
      awaitTurn();
      Aria2Rpc fresh = start();
      if (ready(fresh)) {
        rpc = fresh;
        return fresh;
      }
      end();
    }
  }

  /// Its process id; 0 when it does not run.
  synchronized long pid() {
    return process != null && process.isAlive() ? process.pid() : 0;
  }

  /// Waits longer before each start that follows closely on others.
  private void awaitTurn() throws InterruptedException {
    long now = System.nanoTime();
    starts.removeIf(start -> now - start > STARTS_WITHIN.toNanos());
    if (starts.size() >= STARTS_MAX) {
      throw new UserError(
          "aria2c ends again and again",
          "%d starts within %d s; it said: %s"
              .formatted(STARTS_MAX, STARTS_WITHIN.toSeconds(), lastWords()),
          "run '%s --version' by hand, or use the engine 'swarm'".formatted(settings.program()));
    }
    if (!starts.isEmpty()) {
      Duration wait = BACKOFF_FIRST.multipliedBy(1L << (starts.size() - 1));
      Thread.sleep(wait.compareTo(BACKOFF_MAX) < 0 ? wait : BACKOFF_MAX);
    }
    starts.add(System.nanoTime());
  }

  private Aria2Rpc start() {
    try {
      Files.createDirectories(
          settings.folder(),
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      int port = freePort();
      byte[] random = new byte[SECRET_BYTES];
      new SecureRandom().nextBytes(random);
      String secret = HexFormat.of().formatHex(random);
      Path conf = settings.folder().resolve("aria2.conf");
      writePrivately(conf, Aria2Conf.text(settings, port, secret, ProcessHandle.current().pid()));
      ProcessBuilder builder =
          new ProcessBuilder(settings.program().toString(), "--conf-path=" + conf)
              .directory(settings.folder().toFile())
              .redirectInput(new File("/dev/null"))
              .redirectErrorStream(true)
              .redirectOutput(log().toFile());
      Aria2Conf.withoutProxies(builder.environment());
      process = builder.start();
      return new Aria2Rpc(http, port, secret);
    } catch (IOException e) {
      throw new UserError(
          "cannot start aria2c",
          String.valueOf(e),
          "is %s yours to write?".formatted(settings.folder()));
    }
  }

  private boolean ready(Aria2Rpc fresh) throws InterruptedException {
    long end = System.nanoTime() + READY_MAX.toNanos();
    while (process != null && process.isAlive() && System.nanoTime() - end < 0) {
      try {
        fresh.call("getVersion");
        return true;
      } catch (Aria2Rpc.Gone | UserError e) {
        Thread.sleep(Duration.ofMillis(30)); // not yet, or somebody else has the port: see above
      }
    }
    return false;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static void writePrivately(Path file, String text) throws IOException {
    Files.deleteIfExists(file);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, text);
  }

  private Path log() {
    return settings.folder().resolve("aria2.log");
  }

  private String lastWords() {
    try {
      String text = Files.readString(log(), StandardCharsets.ISO_8859_1).strip();
      return text.isEmpty() ? "nothing" : text.substring(Math.max(0, text.length() - 300));
    } catch (IOException e) {
      return "nothing";
    }
  }

  private void end() throws InterruptedException {
    if (process != null) {
      process.destroy();
      if (!process.waitFor(END_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
      }
    }
    rpc = null;
  }

  /// Ends it.
  @Override
  public synchronized void close() {
    closed = true;
    try {
      end();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      if (process != null) {
        process.destroyForcibly();
      }
    }
    http.close();
  }
}
