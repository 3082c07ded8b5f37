package dev.ringrift.io.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.ringrift.core.UserError;
import dev.ringrift.core.trust.Caller;
import dev.ringrift.io.api.FakeCluster;
import dev.ringrift.io.gate.Door;
import io.vertx.core.Vertx;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class HttpServerAdapterTest {
  private final Vertx vertx = Vertx.vertx();
  private final FakeCluster cluster = FakeCluster.ofFour();
  private final LinkedBlockingQueue<ServerWebSocket> links = new LinkedBlockingQueue<>();
  private final LinkedBlockingQueue<String> metered = new LinkedBlockingQueue<>();
  private final Semaphore tokensLookedAt = new Semaphore(0);

  /// While it is there, whoever has a token looked at waits.
  private volatile Optional<CountDownLatch> tokenBlock = Optional.empty();

  private HttpServerAdapter server;
  private int port;

  @BeforeEach
  void listen() {
    server = serve("v1");
    port = server.listen("127.0.0.1", 0, Door.DIRECT);
  }

  private HttpServerAdapter serve(String node) {
    return new HttpServerAdapter(
        vertx,
        cluster.node(node).api,
        new HttpAccess(cluster.node(node).view, Set.of("box.lan"), this::token),
        (method, status, nanos) -> metered.add(method + " " + status),
        links::add);
  }

  private Caller token(String jwt) {
    tokensLookedAt.release();
    tokenBlock.ifPresent(
        latch -> {
          try {
            latch.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    return switch (jwt) {
      case "reader" -> Caller.token("grafana", Set.of(Caller.READ));
      case "submitter" -> Caller.token("ci", Set.of(Caller.SUBMIT));
      default -> throw new UserError("the token is not good", "it has expired", "make another");
    };
  }

  @AfterEach
  void close() {
    server.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  private RawHttp.Answer get(String path, String... headers) throws IOException {
    return RawHttp.ask(port, "GET", path, "", headers);
  }

  @Test
  void healthIsOkOr503WithReasons() throws Exception {
    RawHttp.Answer well = get("/health");
    assertThat(well.status()).isEqualTo(200);
    assertThat(well.body())
        .isEqualTo(
            "{\"status\":\"ok\",\"node\":\"v1\",\"role\":\"voter\",\"leader\":\"v1\",\"term\":7,"
                + "\"uptime_s\":42,\"version\":\"0.1.0\"}");
    cluster.node("v1").view.reasons = List.of("the disk is full");
    RawHttp.Answer ill = get("/health");
    assertThat(ill.status()).isEqualTo(503);
    assertThat(ill.body())
        .contains("\"status\":\"degraded\"", "[\"the disk is full\"]")
        .contains("\"mend\":[\"mend: the disk is full\"]");
    assertThat(metered).containsExactly("GET 200", "GET 503");
  }

  @Test
  void healthStaysQuickWhileEveryThreadForCallsIsBlocked() throws Exception {
    CountDownLatch block = new CountDownLatch(1);
    cluster.node("v1").view.statusBlock = Optional.of(block);
    List<Socket> waiting = new ArrayList<>();
    try {
      for (int i = 0; i < Requests.CALLS_MAX + 1; i++) {
        waiting.add(RawHttp.send(port, "GET", "/cluster/status", ""));
      }
      assertThat(metered.poll(10, TimeUnit.SECONDS)).isEqualTo("GET 503");
      long best = Long.MAX_VALUE;
      for (int i = 0; i < 50; i++) {
        long begun = System.nanoTime();
        assertThat(get("/health").status()).isEqualTo(200);
        best = Math.min(best, System.nanoTime() - begun);
      }
      assertThat(TimeUnit.NANOSECONDS.toMillis(best)).isLessThan(10);
    } finally {
      block.countDown();
      for (Socket socket : waiting) {
        socket.close();
      }
    }
  }

  /// The check of a token asks the ledger what was revoked, and may wait for its lock.
  @Test
  void healthIsReadByAddressWithoutALookAtTheTokenThatCameAlong() throws Exception {
    int tunnel = server.listen("127.0.0.1", 0, Door.TUNNEL);
    CountDownLatch block = new CountDownLatch(1);
    tokenBlock = Optional.of(block);
    String bearer = "Authorization: Bearer reader";
    try (Socket stranger = RawHttp.send(tunnel, "GET", "/health", "", bearer);
        Socket reader = RawHttp.send(port, "GET", "/api/v1/jobs", "", bearer)) {
      assertThat(tokensLookedAt.tryAcquire(2, 10, TimeUnit.SECONDS)).as("both wait").isTrue();
      assertThat(get("/health", bearer).status()).isEqualTo(200);
      assertThat(get("/health", "Authorization: nonsense").status()).isEqualTo(200);
      assertThat(tokensLookedAt.tryAcquire()).as("no other was looked at").isFalse();
    } finally {
      block.countDown();
    }
    String bad = "Authorization: Bearer old";
    assertThat(get("/health", bad).status()).isEqualTo(200);
    assertThat(RawHttp.ask(tunnel, "GET", "/health", "", bad).status()).isEqualTo(401);
  }

  @Test
  void loopbackReadsAndChangesNothing() throws Exception {
    cluster.submit(1);
    assertThat(get("/api/v1/jobs").body()).contains("\"owner\":\"alice\"");
    RawHttp.Answer change = RawHttp.ask(port, "POST", "/api/v1/jobs/cancel", "{\"select\":\"1\"}");
    assertThat(change.status()).isEqualTo(401);
    assertThat(change.head()).containsIgnoringCase("WWW-Authenticate: Bearer");
    assertThat(change.body()).contains("this machine may read, and change nothing");
    assertThat(cluster.node("v1").ledger.proposed).isEmpty();
  }

  @Test
  void aTokenAllowsWhatItsScopesSay() throws Exception {
    String job = "{\"key\":\"k\",\"spec\":{\"run\":[\"true\"]}}";
    String path = "/api/v1/jobs";
    assertThat(RawHttp.ask(port, "POST", path, job, "Authorization: Bearer submitter").body())
        .isEqualTo("{\"id\":1}");
    assertThat(RawHttp.ask(port, "POST", path, job, "Authorization: Bearer reader").status())
        .isEqualTo(403);
    RawHttp.Answer expired = RawHttp.ask(port, "POST", path, job, "Authorization: Bearer old");
    assertThat(expired.status()).isEqualTo(401);
    assertThat(expired.body()).contains("it has expired");
    assertThat(get(path, "Authorization: Basic eA==").status()).isEqualTo(401);
  }

  @Test
  void aWorkerRefusesToBeShownAStrongToken() throws Exception {
    try (HttpServerAdapter worker = serve("w1")) {
      int at = worker.listen("127.0.0.1", 0, Door.DIRECT);
      RawHttp.Answer strong =
          RawHttp.ask(at, "GET", "/api/v1/jobs", "", "Authorization: Bearer submitter");
      assertThat(strong.status()).isEqualTo(403);
      assertThat(strong.body()).contains("scope 'read' only");
      assertThat(
              RawHttp.ask(at, "GET", "/api/v1/jobs", "", "Authorization: Bearer reader").status())
          .isEqualTo(200);
    }
  }

  @Test
  void aWebSiteCannotAskThroughABrowserOnThisMachine() throws Exception {
    for (String path : List.of("/health", "/cluster/status", "/api/v1/jobs")) {
      assertThat(get(path, "Host: evil.example:" + port).status()).as(path).isEqualTo(403);
      assertThat(get(path, "Origin: https://evil.example").status()).as(path).isEqualTo(403);
    }
    for (String host : List.of("localhost:" + port, "127.0.0.1", "[::1]:8770", "box.lan:8770")) {
      assertThat(get("/health", "Host: " + host).status()).as(host).isEqualTo(200);
    }
    assertThat(get("/health", "Host: localhost:1", "Origin: http://localhost:1").status())
        .isEqualTo(200);
  }

  @Test
  void behindATunnelNothingIsKnownWithoutAToken() throws Exception {
    int tunnel = server.listen("127.0.0.1", 0, Door.TUNNEL);
    for (String path : List.of("/", "/health", "/cluster/status", "/metrics", "/api/v1/jobs")) {
      assertThat(RawHttp.ask(tunnel, "GET", path, "").status()).as(path).isEqualTo(401);
      assertThat(RawHttp.ask(tunnel, "GET", path, "", "Authorization: Bearer reader").status())
          .as(path)
          .isEqualTo(200);
    }
  }

  @Test
  void tooLargeABodyIsRefused() throws Exception {
    RawHttp.Answer answer =
        RawHttp.ask(port, "POST", "/api/v1/jobs", "x".repeat(Requests.BODY_BYTES_MAX + 1));
    assertThat(answer.status()).isEqualTo(413);
    assertThat(get("/health").status()).isEqualTo(200);
  }

  @Test
  void aHeadRequestHasNoBodyAndAStrangePathNoEffect() throws Exception {
    RawHttp.Answer head = RawHttp.ask(port, "HEAD", "/cluster/status", "");
    assertThat(head.status()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
    assertThat(get("/%zz").status()).isEqualTo(400);
    assertThat(get("/nothing").status()).isEqualTo(404);
  }

  @Test
  void aTakenPortIsReportedWithItsHolder() throws Exception {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      UserError error =
          catchThrowableOfType(
              UserError.class, () -> server.listen("127.0.0.1", other.getLocalPort(), Door.DIRECT));
      assertThat(error.what()).contains("port " + other.getLocalPort());
      assertThat(error.because())
          .contains("process %d holds it".formatted(ProcessHandle.current().pid()))
          .contains("java");
      assertThat(error.mend()).contains("choose another port");
    }
  }

  @Test
  void linksComeInAtTheirPathAndNotFromBrowsers() throws Exception {
    WebSocketClient client = vertx.createWebSocketClient();
    WebSocketConnectOptions link =
        new WebSocketConnectOptions().setHost("127.0.0.1").setPort(port).setURI("/link");
    client.connect(link).toCompletionStage().toCompletableFuture().get().close();
    assertThat(links.poll(5, TimeUnit.SECONDS)).isNotNull();
    assertThat(rejection(client, new WebSocketConnectOptions(link).setURI("/other")))
        .isEqualTo(404);
    assertThat(
            rejection(
                client,
                new WebSocketConnectOptions(link).addHeader("Origin", "https://evil.example")))
        .isEqualTo(403);
    assertThat(links).isEmpty();
  }

  private static int rejection(WebSocketClient client, WebSocketConnectOptions options) {
    ExecutionException error =
        catchThrowableOfType(
            ExecutionException.class,
            () -> client.connect(options).toCompletionStage().toCompletableFuture().get());
    return ((UpgradeRejectedException) error.getCause()).getStatus();
  }

  @Test
  void eventsStreamAsTheyHappenAndGoOnWhereTheyBroke() throws Exception {
    try (Socket socket = RawHttp.send(port, "GET", "/api/v1/events/stream?limit=1", "")) {
      BufferedReader lines = reader(socket);
      String first = line(lines, "id: ");
      cluster.node("v1").ledger.read(state -> submitted());
      String second = line(lines, "id: ");
      assertThat(number(second)).isGreaterThan(number(first));
      assertThat(line(lines, "data: ")).contains("\"kind\"");
    }
    try (Socket socket =
        RawHttp.send(port, "GET", "/api/v1/events/stream", "", "Last-Event-ID: 2")) {
      assertThat(line(reader(socket), "id: ")).isEqualTo("id: 3");
    }
  }

  private boolean submitted() {
    cluster.submit(1);
    return true;
  }

  @Test
  void outputStreamsToItsEnd() throws Exception {
    cluster.submit(1);
    cluster.node("v1").output.put(FakeCluster.ATTEMPT, "hello\n");
    RawHttp.Answer answer = get("/api/v1/logs/stream?attempt=1.0.1");
    assertThat(answer.head()).contains("text/event-stream");
    assertThat(answer.body()).contains("id: 6", "\"data\":\"aGVsbG8K\"", "event: end");
    assertThat(get("/api/v1/logs/stream?attempt=9.9.9").status()).isEqualTo(404);
  }

  private static BufferedReader reader(Socket socket) throws IOException {
    return new BufferedReader(
        new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
  }

  private static String line(BufferedReader lines, String beginning) throws IOException {
    String line = lines.readLine();
    while (line != null && !line.startsWith(beginning)) {
      line = lines.readLine();
    }
    return String.valueOf(line);
  }

  private static long number(String line) {
    return Long.parseLong(line.substring(line.indexOf(' ') + 1));
  }

  @Test
  void aHalfSentRequestHoldsNoPlaceOnceItsConnectionEnds() throws Exception {
    for (int i = 0; i < Requests.CALLS_MAX + 1; i++) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        OutputStream out = socket.getOutputStream();
        out.write(
            "POST /api/v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{"
                .getBytes(StandardCharsets.US_ASCII));
        out.flush();
      }
    }
    RawHttp.Answer answer;
    do {
      answer = get("/api/v1/jobs");
    } while (answer.status() == 503);
    assertThat(answer.status()).isEqualTo(200);
  }
}
