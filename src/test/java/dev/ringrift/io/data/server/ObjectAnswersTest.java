package dev.ringrift.io.data.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.agent.data.Holding;
import dev.ringrift.core.data.Manifest;
import dev.ringrift.core.data.ObjectId;
import dev.ringrift.core.data.PieceSet;
import dev.ringrift.io.data.files.ServedFile;
import dev.ringrift.io.gate.Door;
import dev.ringrift.io.json.Json;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

@Timeout(60)
class ObjectAnswersTest {
  private static final int PIECE = Manifest.PIECE_LENGTH_MIN;

  @TempDir private Path folder;
  private final byte[] content = new byte[3 * PIECE];
  private ServerRig rig;
  private ServedFile whole;

  @BeforeEach
  void begin() throws Exception {
    new Random(9).nextBytes(content);
    rig = new ServerRig(folder, 2, 60, Door.DIRECT);
    whole = rig.publish("a", content);
  }

  @AfterEach
  void end() throws Exception {
    rig.close();
  }

  private static String path(ObjectId id, String what) {
    return "/o/%s/%s".formatted(id, what);
  }

  /// The same content while it is being fetched, under an id that nobody has whole.
  private Half half(PieceSet verified) throws Exception {
    byte[] other = content.clone();
    other[0]++;
    Path part = Files.write(folder.resolve("half.part"), other);
    ServedFile measured = rig.publish("b", other);
    rig.store.remove(measured.name());
    Half half = new Half(measured.manifest(), part, verified);
    rig.fetching.put(measured.id(), half);
    return half;
  }

  @Test
  void aManifestIsItsOwnProof() throws Exception {
    RawClient.Answer answer = rig.get(path(whole.id(), "manifest"));
    assertThat(Manifest.decode(answer.body()).id()).isEqualTo(whole.id());
    assertThat(answer.header("Cache-Control")).contains("immutable");
    assertThat(answer.header("Content-Type")).isEqualTo("application/octet-stream");
  }

  @Test
  void aWholeFileIsGivenByItsId() throws Exception {
    RawClient.Answer all = rig.get(path(whole.id(), "data"));
    assertThat(all.status()).isEqualTo(200);
    assertThat(all.body()).isEqualTo(content);
    assertThat(all.header("X-Load")).isEqualTo("1/2");
    assertThat(all.header("X-Have-Gen")).isEqualTo("1");
    RawClient.Answer some = rig.get(path(whole.id(), "data"), "Range: bytes=5-9");
    assertThat(some.status()).isEqualTo(206);
    assertThat(some.body()).isEqualTo(Arrays.copyOfRange(content, 5, 10));
  }

  @Test
  void whatIsHereIsTold() throws Exception {
    JsonNode have = Json.tree(rig.get(path(whole.id(), "have")).body());
    assertThat(have.path("gen").asLong()).isEqualTo(1);
    assertThat(have.path("pieces").asInt()).isEqualTo(3);
    assertThat(Base64.getDecoder().decode(have.path("have").asString())).containsExactly(7);
    assertThat(have.path("coming").asString()).isEmpty();
  }

  @Test
  void onlyVerifiedPiecesOfAnIncompleteFileAreGiven() throws Exception {
    Half half = half(PieceSet.none(3).with(1));
    String path = path(half.manifest().id(), "data");
    String range = "Range: bytes=%d-%d";
    RawClient.Answer given = rig.get(path, range.formatted(PIECE, 2 * PIECE - 1));
    assertThat(given.status()).isEqualTo(206);
    assertThat(given.body()).isEqualTo(Arrays.copyOfRange(content, PIECE, 2 * PIECE));
    assertThat(given.header("X-Have-Gen")).isEqualTo("1");
    for (String header :
        new String[] {
          range.formatted(PIECE, 2 * PIECE), range.formatted(PIECE - 1, PIECE), "Range: bytes=0-0"
        }) {
      RawClient.Answer refused = rig.get(path, header);
      assertThat(refused.status()).isEqualTo(416);
      assertThat(refused.header("X-Have-Gen")).isEqualTo("1");
    }
    assertThat(rig.get(path).status()).isEqualTo(416);
    assertThat(rig.get(path, "Range: nonsense").status()).isEqualTo(416);
    assertThat(rig.get(path, range.formatted(PIECE, PIECE), "If-Range: \"x\"").status())
        .isEqualTo(416);
  }

  @Test
  void whoWaitsHearsOfTheNextPiece() throws Exception {
    Half half = half(PieceSet.none(3));
    CompletableFuture<RawClient.Answer> waiting = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                waiting.complete(rig.get(path(half.manifest().id(), "have") + "?since=1&wait=30"));
              } catch (Exception e) {
                waiting.completeExceptionally(e);
              }
            });
    half.asked.join();
    half.now(PieceSet.none(3).with(2));
    JsonNode have = Json.tree(waiting.get().body());
    assertThat(have.path("gen").asLong()).isEqualTo(2);
    assertThat(Base64.getDecoder().decode(have.path("have").asString())).containsExactly(4);
  }

  @Test
  void whoKnowsAnOlderStateIsAnsweredAtOnce() throws Exception {
    assertThat(rig.get(path(whole.id(), "have") + "?since=0&wait=30").status()).isEqualTo(200);
    assertThat(rig.get(path(whole.id(), "have") + "?since=1&wait=0").status()).isEqualTo(200);
    assertThat(rig.get(path(whole.id(), "have") + "?since=x&wait=-5").status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"manifest", "have", "data"})
  void whatIsNotHereIsNotFound(String what) throws Exception {
    assertThat(rig.get(path(ObjectId.parse("ab".repeat(32)), what)).status()).isEqualTo(404);
  }

  @Test
  void withoutAFreeSlotTheAskerIsSentAway() throws Exception {
    byte[] large = new byte[64 << 20];
    ServedFile file = rig.publish("large", large);
    String path = path(file.id(), "data");
    // Both read nothing, so that they hold their slots.
    Socket one = RawClient.send(rig.port, "GET", path);
    Socket two = RawClient.send(rig.port, "GET", path);
    try (one;
        two) {
      assertThat(one.getInputStream().read()).isEqualTo('H');
      assertThat(two.getInputStream().read()).isEqualTo('H');
      RawClient.Answer refused = rig.get(path, "Range: bytes=0-0");
      assertThat(refused.status()).isEqualTo(503);
      assertThat(refused.header("Retry-After")).isEqualTo("1");
      assertThat(refused.header("X-Load")).isEqualTo("2/2");
      assertThat(rig.get("/large", "Range: bytes=0-0").status()).isEqualTo(206);
    }
    int status = 503;
    for (int i = 0; i < 1_000 && status == 503; i++) {
      status = rig.get(path, "Range: bytes=0-0").status();
    }
    assertThat(status).as("the slots of readers that went away").isEqualTo(206);
  }

  /// A file that is being fetched.
  private static final class Half implements Holding {
    private final Manifest manifest;
    private final Path part;
    private final CompletableFuture<Void> asked = new CompletableFuture<>();
    private Have have;

    Half(Manifest manifest, Path part, PieceSet verified) {
      this.manifest = manifest;
      this.part = part;
      this.have = new Have(1, verified, PieceSet.none(verified.pieces()));
    }

    synchronized void now(PieceSet verified) {
      have = new Have(have.generation() + 1, verified, have.coming());
      notifyAll();
    }

    @Override
    public Manifest manifest() {
      return manifest;
    }

    @Override
    public synchronized Have have() {
      return have;
    }

    @Override
    public Path file() {
      return part;
    }

    @Override
    public synchronized Have awaitChange(long generation, Duration longest)
        throws InterruptedException {
      asked.complete(null);
      while (have.generation() == generation) {
        wait(longest.toMillis());
      }
      return have;
    }
  }
}
