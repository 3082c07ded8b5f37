package dev.ringrift.io.data.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.ringrift.core.UserError;
import dev.ringrift.core.data.RelativePath;
import dev.ringrift.io.data.files.ServedFile;
import dev.ringrift.io.data.metalink.Metalink;
import dev.ringrift.io.data.metalink.MetalinkText;
import dev.ringrift.io.gate.Door;
import dev.ringrift.io.json.Json;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

@Timeout(60)
class DataServerTest {
  private static final String NAME = "models/latest.pth";
  private static final String PATH = "/" + NAME;

  @TempDir private Path folder;
  private final byte[] content = new byte[5 << 20];
  private ServerRig rig;
  private ServedFile file;
  private String etag;

  @BeforeEach
  void begin() throws Exception {
    new Random(7).nextBytes(content);
    rig = new ServerRig(folder, 2, 60, Door.DIRECT);
    file = rig.publish(NAME, content);
    etag = "\"" + file.sha256() + "\"";
  }

  @AfterEach
  void end() throws Exception {
    rig.close();
  }

  private byte[] bytes(long from, long to) {
    return Arrays.copyOfRange(content, (int) from, (int) to + 1);
  }

  @Test
  void aFileIsGivenWhole() throws Exception {
    RawClient.Answer answer = rig.get(PATH);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo(content);
    assertThat(answer.header("ETag")).isEqualTo(etag);
    assertThat(answer.header("Accept-Ranges")).isEqualTo("bytes");
    assertThat(answer.header("Cache-Control")).contains("no-transform");
    assertThat(answer.header("Content-Length")).isEqualTo("" + content.length);
  }

  @Test
  void headTellsAsMuchWithoutTheBytes() throws Exception {
    RawClient.Answer answer = RawClient.ask(rig.port, "HEAD", PATH, "Range: bytes=0-9");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).isEmpty();
    assertThat(answer.header("Content-Length")).isEqualTo("" + content.length);
    assertThat(answer.header("ETag")).isEqualTo(etag);
  }

  @ParameterizedTest
  @CsvSource({
    "bytes=0-0, 0, 0",
    "bytes=4194304-, 4194304, 5242879",
    "bytes=-100, 5242780, 5242879",
    "bytes=1000-9999999, 1000, 5242879"
  })
  void aRangeIsGiven(String range, long from, long to) throws Exception {
    RawClient.Answer answer = rig.get(PATH, "Range: " + range);
    assertThat(answer.status()).isEqualTo(206);
    assertThat(answer.header("Content-Range"))
        .isEqualTo("bytes %d-%d/%d".formatted(from, to, content.length));
    assertThat(answer.header("Content-Length")).isEqualTo("" + (to - from + 1));
    assertThat(answer.body()).isEqualTo(bytes(from, to));
  }

  @Test
  void severalRangesComeInParts() throws Exception {
    RawClient.Answer answer = rig.get(PATH, "Range: bytes=0-2,1000-200000,-3");
    assertThat(answer.status()).isEqualTo(206);
    String boundary = answer.header("Content-Type").replaceFirst(".*boundary=", "");
    String text = new String(answer.body(), StandardCharsets.ISO_8859_1);
    String[] parts = text.split("\r\n--" + boundary, -1);
    assertThat(parts).hasSize(5);
    assertThat(parts[4]).isEqualTo("--\r\n");
    assertThat(parts[2]).contains("Content-Range: bytes 1000-200000/5242880\r\n");
    assertThat(
            parts[2]
                .substring(parts[2].indexOf("\r\n\r\n") + 4)
                .getBytes(StandardCharsets.ISO_8859_1))
        .isEqualTo(bytes(1000, 200_000));
    assertThat(answer.header("Content-Length")).isEqualTo("" + answer.body().length);
  }

  @Test
  void aRangeBehindTheEndIsRefusedWithTheSize() throws Exception {
    RawClient.Answer answer = rig.get(PATH, "Range: bytes=5242880-");
    assertThat(answer.status()).isEqualTo(416);
    assertThat(answer.header("Content-Range")).isEqualTo("bytes */5242880");
  }

  @Test
  void aRangeOfOtherContentIsNotMixedIn() throws Exception {
    assertThat(rig.get(PATH, "Range: bytes=0-9", "If-Range: " + etag).status()).isEqualTo(206);
    assertThat(rig.get(PATH, "Range: bytes=0-9", "If-Range: \"other\"").status()).isEqualTo(200);
    assertThat(rig.get(PATH, "Range: bytes=0-9", "If-Range: W/" + etag).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"%s", "W/%s", "\"a\", %s", "*"})
  void whatTheAskerHasIsNotSentAgain(String known) throws Exception {
    RawClient.Answer answer = rig.get(PATH, "If-None-Match: " + known.formatted(etag));
    assertThat(answer.status()).isEqualTo(304);
    assertThat(answer.body()).isEmpty();
    assertThat(answer.header("ETag")).isEqualTo(etag);
    assertThat(rig.get(PATH, "If-None-Match: \"other\"").status()).isEqualTo(200);
  }

  @Test
  void aFileThatChangedHasAnotherTagOrNone() throws Exception {
    Files.write(rig.root.resolve(NAME), new byte[] {1, 2, 3});
    RawClient.Answer answer = rig.get(PATH, "Range: bytes=0-0", "If-Range: " + etag);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).containsExactly(1, 2, 3);
    assertThat(answer.header("ETag")).isNotEqualTo(etag);
    assertThat(rig.get("/o/%s/data".formatted(file.id())).status()).isEqualTo(404);
    assertThat(rig.get("/o/%s/data".formatted(file.id())).text()).contains("has changed");
  }

  @Test
  void anEmptyFileIsGiven() throws Exception {
    rig.publish("empty", new byte[0]);
    RawClient.Answer answer = rig.get("/empty");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Content-Length")).isEqualTo("0");
    assertThat(rig.get("/empty", "Range: bytes=0-").status()).isEqualTo(416);
  }

  @Test
  void aFolderIsListedForPeopleAndPrograms() throws Exception {
    rig.publish("models/a&b.pth", new byte[] {1});
    RawClient.Answer page = rig.get("/models/");
    assertThat(page.text())
        .contains("<li><a href=\"./a%26b.pth\">a&amp;b.pth</a></li>")
        .contains("<li><a href=\"./latest.pth\">latest.pth</a></li>");
    JsonNode list = Json.tree(rig.get("/models/", "Accept: application/json").body());
    assertThat(list).hasSize(2);
    assertThat(list.get(1).path("name").asString()).isEqualTo("latest.pth");
    assertThat(list.get(1).path("type").asString()).isEqualTo("file");
    assertThat(list.get(1).path("size").asLong()).isEqualTo(content.length);
    assertThat(
            Json.tree(rig.get("/", "Accept: application/json").body())
                .get(0)
                .path("type")
                .asString())
        .isEqualTo("directory");
    assertThat(rig.get("/models").header("Location")).isEqualTo("/models/");
  }

  @Test
  void theInventoryHasTheShapeOfTheEarlierSystem() throws Exception {
    JsonNode inventory = Json.tree(rig.get("/inventory.json").body());
    JsonNode each = inventory.path("files").path(NAME);
    assertThat(inventory.path("hostname").asString()).isEqualTo("w1");
    assertThat(inventory.path("total_size_mb").asDouble()).isEqualTo(5.0);
    assertThat(inventory.path("models").get(0).asString()).isEqualTo(NAME);
    assertThat(inventory.path("elo").isArray()).isTrue();
    assertThat(each.path("name").asString()).isEqualTo("latest.pth");
    assertThat(each.path("size_bytes").asLong()).isEqualTo(content.length);
    assertThat(each.path("category").asString()).isEqualTo("models");
    assertThat(each.path("id").asString()).isEqualTo(file.id().toString());
    assertThat(each.path("sha256").asString()).isEqualTo(file.sha256().toString());
    assertThat(each.path("complete").asBoolean()).isTrue();
  }

  @Test
  void healthIsTold() throws Exception {
    assertThat(rig.get("/health").text())
        .isEqualTo("{\"status\":\"ok\",\"node\":\"w1\",\"files\":1}");
  }

  @Test
  void aMetalinkNamesEveryHolder() throws Exception {
    rig.holders.add(URI.create("http://100.64.0.9:8766"));
    RawClient.Answer answer = rig.get(PATH + "?meta4");
    assertThat(answer.header("Content-Type")).isEqualTo(MetalinkText.MEDIA_TYPE);
    Metalink.Entry entry = MetalinkText.read(answer.body()).files().getFirst();
    assertThat(entry.name()).isEqualTo(new RelativePath("latest.pth"));
    assertThat(entry.manifest().orElseThrow().id()).isEqualTo(file.id());
    assertThat(entry.sha256()).contains(file.sha256());
    assertThat(entry.urls())
        .containsExactly(
            URI.create("http://localhost:%d%s".formatted(rig.port, PATH)),
            URI.create("http://100.64.0.9:8766/o/%s/data".formatted(file.id())));
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "PROPFIND"})
  void nothingCanBeChanged(String method) throws Exception {
    RawClient.Answer answer = RawClient.ask(rig.port, method, PATH);
    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.header("Allow")).isEqualTo("GET, HEAD");
  }

  @Test
  void aTakenPortIsToldWithItsHolder() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();
      UserError error =
          catchThrowableOfType(
              UserError.class, () -> rig.server.listen("127.0.0.1", port, Door.DIRECT));
      assertThat(error.what()).contains("port " + port);
      assertThat(error.because()).contains("" + ProcessHandle.current().pid());
    }
  }

  @Test
  void aWebSiteCannotMakeABrowserReadFiles() throws Exception {
    assertThat(rig.get(PATH, "Host: evil.example").status()).isEqualTo(403);
    assertThat(rig.get(PATH, "Origin: http://evil.example").status()).isEqualTo(403);
    assertThat(rig.get(PATH, "Host: w1:8766").status()).isEqualTo(200);
  }

  @Test
  void aPassOpensOneFile() throws Exception {
    try (ServerRig tunnel = new ServerRig(folder.resolve("tunnel"), 2, 60, Door.TUNNEL)) {
      ServedFile one = tunnel.publish("a", new byte[] {1});
      ServedFile other = tunnel.publish("b", new byte[] {2});
      String pass = "Authorization: Bearer pass~" + one.id();
      assertThat(tunnel.get("/o/%s/data".formatted(one.id()), pass).body()).containsExactly(1);
      assertThat(tunnel.get("/o/%s/have".formatted(one.id()), pass).status()).isEqualTo(200);
      assertThat(tunnel.get("/o/%s/data".formatted(other.id()), pass).status()).isEqualTo(401);
      assertThat(tunnel.get("/a", pass).status()).isEqualTo(401);
      assertThat(tunnel.get("/", pass).status()).isEqualTo(401);
    }
  }

  @Test
  void behindATunnelATokenIsNeeded() throws Exception {
    try (ServerRig tunnel = new ServerRig(folder.resolve("tunnel"), 2, 60, Door.TUNNEL)) {
      tunnel.publish("a", new byte[] {1});
      assertThat(tunnel.get("/a").status()).isEqualTo(401);
      assertThat(tunnel.get("/health").status()).isEqualTo(401);
      assertThat(tunnel.get("/a", "Authorization: Bearer data").status()).isEqualTo(200);
      assertThat(tunnel.get("/a", "Authorization: Bearer read").status()).isEqualTo(200);
      assertThat(tunnel.get("/a", "Authorization: Bearer none").status()).isEqualTo(401);
      assertThat(tunnel.get("/a", "Authorization: Bearer old").status()).isEqualTo(401);
      // A worker may be anybody's machine.
      assertThat(tunnel.get("/a", "Authorization: Bearer admin").status()).isEqualTo(403);
    }
  }
}
