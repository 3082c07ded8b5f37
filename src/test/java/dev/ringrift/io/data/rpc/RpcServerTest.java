package dev.ringrift.io.data.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringrift.core.UserError;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketConnectOptions;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RpcServerTest {
  private static final String SECRET = "0123456789abcdef0123456789abcdef";
  private static final String VERSION = "{\"id\":1,\"method\":\"aria2.getVersion\"}";

  @TempDir private Path root;
  private final Vertx vertx = Vertx.vertx();
  private final ScriptedEngine engine = new ScriptedEngine();
  private RpcServer server;
  private int port;

  @BeforeEach
  void start() {
    server =
        new RpcServer(
            vertx, engine, new RpcSettings(root, SECRET, "f", "s", "0.1.0", "scripted", 2));
    port = server.listen(0);
  }

  @AfterEach
  void end() {
    server.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  private record Said(int status, String text) {}

  private Said send(HttpMethod method, String path, Map<String, String> headers, String body)
      throws Exception {
    RequestOptions options =
        new RequestOptions().setHost("127.0.0.1").setPort(port).setURI(path).setMethod(method);
    headers.forEach(options::putHeader);
    return vertx
        .createHttpClient()
        .request(options)
        .compose(
            request ->
                request
                    .send(Buffer.buffer(body))
                    .compose(
                        (HttpClientResponse r) ->
                            r.body().map(all -> new Said(r.statusCode(), all.toString()))))
        .toCompletionStage()
        .toCompletableFuture()
        .get(10, TimeUnit.SECONDS);
  }

  private Said post(Map<String, String> headers) throws Exception {
    return send(HttpMethod.POST, "/jsonrpc", headers, VERSION);
  }

  @Test
  void callIsAnswered() throws Exception {
    Said said = post(Map.of("Host", "localhost:6800"));
    assertThat(said.status()).isEqualTo(200);
    assertThat(said.text()).contains("\"result\"").contains(Methods.VERSION);
    assertThat(send(HttpMethod.POST, "/jsonrpc", Map.of(), "{}").status()).isEqualTo(400);
    assertThat(send(HttpMethod.POST, "/else", Map.of(), VERSION).status()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"evil.example", "100.64.0.7:6800", "192.168.1.2:6800", ""})
  void foreignHostIsRefused(String host) throws Exception {
    assertThat(post(Map.of("Host", host)).status()).isIn(400, 403);
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://evil.example", "null", "http://localhost:9999"})
  void foreignOriginIsRefused(String origin) throws Exception {
    assertThat(post(Map.of("Host", "localhost:6800", "Origin", origin)).status()).isEqualTo(403);
  }

  @Test
  void ownOriginIsTaken() throws Exception {
    assertThat(post(Map.of("Host", "localhost:6800", "Origin", "http://localhost:6800")).status())
        .isEqualTo(200);
  }

  @Test
  void getIsRefusedAndWithItJsonp() throws Exception {
    Said said =
        send(HttpMethod.GET, "/jsonrpc?method=aria2.getVersion&id=1&jsoncallback=f", Map.of(), "");
    assertThat(said.status()).isEqualTo(405);
    assertThat(said.text()).contains("web page");
  }

  @Test
  void webSocketAnswersAndTells() throws Exception {
    BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    WebSocket socket = connect("http://localhost:" + port);
    socket.textMessageHandler(heard::add);
    socket.writeTextMessage(
        "{\"id\":1,\"method\":\"aria2.addUri\",\"params\":[\"token:%s\",[\"http://a/x\"]]}"
            .formatted(SECRET));
    String first = heard.poll(10, TimeUnit.SECONDS);
    String second = heard.poll(10, TimeUnit.SECONDS);
    assertThat(first + second).contains("onDownloadStart").contains("result");
    engine.last().succeed();
    assertThat(heard.poll(10, TimeUnit.SECONDS)).contains("onDownloadComplete");
  }

  @Test
  void webSocketOfAForeignSiteIsRefused() {
    assertThatThrownBy(() -> connect("http://evil.example")).hasMessageContaining("403");
  }

  private WebSocket connect(String origin) throws Exception {
    return vertx
        .createWebSocketClient()
        .connect(
            new WebSocketConnectOptions()
                .setHost("localhost")
                .setPort(port)
                .setURI("/jsonrpc")
                .putHeader("Origin", origin))
        .toCompletionStage()
        .toCompletableFuture()
        .get(10, TimeUnit.SECONDS);
  }

  @Test
  void takenPortSaysWhoHoldsIt() {
    try (RpcServer second =
        new RpcServer(
            vertx, engine, new RpcSettings(root, SECRET, "f", "s", "0.1.0", "scripted", 2))) {
      assertThatThrownBy(() -> second.listen(port))
          .isInstanceOfSatisfying(
              UserError.class,
              e -> assertThat(e.because()).contains("" + ProcessHandle.current().pid()));
    }
  }
}
