package dev.ringrift.io.data.swarm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.agent.data.Fetch;
import dev.ringrift.agent.data.FetchRequest;
import dev.ringrift.agent.data.FetchRequest.Expected;
import dev.ringrift.agent.data.Holding;
import dev.ringrift.agent.data.Source;
import dev.ringrift.core.data.Manifest;
import dev.ringrift.core.data.PieceSet;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Fetching from nodes that say which pieces they have.
class SwarmPeerTest {
  private static final byte[] CONTENT = new byte[3_000_000];
  private static final Manifest MANIFEST;

  static {
    new Random(3).nextBytes(CONTENT);
    MANIFEST = SwarmEngineTest.manifest(CONTENT, 1 << 18);
  }

  @TempDir Path folder;

  private static PieceSet pieces(int from, int to) {
    BitSet bits = new BitSet();
    bits.set(from, to);
    return PieceSet.of(MANIFEST.pieceCount(), bits);
  }

  /// A node that has these pieces; refuses others as a data server does.
  private static OddServer.Manner peer(PieceSet has, OddServer.Manner data) {
    return (asked, out) -> {
      if (asked.path().contains("/have")) {
        have(asked, out, has);
      } else {
        int first = (int) (asked.range(CONTENT.length)[0] / MANIFEST.pieceLength());
        if (has.has(first)) {
          data.answer(asked, out);
        } else {
          OddServer.head(out, "416 Range Not Satisfiable", "Content-Length: 0\r\n");
        }
      }
    };
  }

  private static void have(OddServer.Asked asked, OutputStream out, PieceSet has)
      throws IOException, InterruptedException {
    if (asked.path().contains("wait=")) {
      new CountDownLatch(1).await(); // nothing changes
    }
    Base64.Encoder text = Base64.getEncoder();
    byte[] none = PieceSet.none(has.pieces()).bytes();
    byte[] body =
        "{\"gen\":1,\"pieces\":%d,\"have\":\"%s\",\"coming\":\"%s\"}"
            .formatted(has.pieces(), text.encodeToString(has.bytes()), text.encodeToString(none))
            .getBytes(UTF_8);
    OddServer.head(out, "200 OK", "Content-Length: %d\r\n".formatted(body.length));
    out.write(body);
  }

  private static Source.Peer source(OddServer server, String pass) {
    return source(server, pass, false);
  }

  private static Source.Peer source(OddServer server, String pass, boolean complete) {
    Map<String, String> headers = Map.of("Authorization", "Bearer " + pass);
    return new Source.Peer(server.uri(""), "peer-" + server.port(), complete, headers);
  }

  private FetchRequest request(Source... sources) {
    return new FetchRequest(
        folder.resolve("f"), new Expected.Pieces(MANIFEST, Optional.empty()), List.of(sources));
  }

  private static Fetch.Result await(Fetch fetch) {
    return fetch.result().orTimeout(30, TimeUnit.SECONDS).join();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void twoHalvesMakeAWhole(boolean saidToHaveAll) throws Exception {
    OddServer.Manner good = OddServer.good(CONTENT);
    try (SwarmEngine engine = new SwarmEngine(SwarmSettings.direct());
        OddServer first = new OddServer(peer(pieces(0, 6), good));
        OddServer second = new OddServer(peer(pieces(5, 12), good))) {
      Fetch.Result result =
          await(
              engine.fetch(
                  request(source(first, "x", saidToHaveAll), source(second, "x", saidToHaveAll))));

      assertThat(folder.resolve("f")).hasBinaryContent(CONTENT);
      assertThat(result.sources()).allMatch(each -> each.bytes() > 0 && each.badPieces() == 0);
    }
  }

  @Test
  void whoIsSaidToHaveAllIsAskedForBytesAtOnce() throws Exception {
    OddServer.Manner silent =
        (asked, out) -> {
          if (asked.path().contains("/have")) {
            new CountDownLatch(1).await();
          }
          OddServer.range(asked, out, CONTENT, "");
        };
    try (SwarmEngine engine = new SwarmEngine(SwarmSettings.direct());
        OddServer server = new OddServer(silent)) {
      await(engine.fetch(request(source(server, "x", true))));

      assertThat(folder.resolve("f")).hasBinaryContent(CONTENT);
    }
  }

  @Test
  void whatARunningFetchHasCanBeGivenOn() throws Exception {
    OddServer.Manner good = OddServer.good(CONTENT);
    try (SwarmEngine engine = new SwarmEngine(SwarmSettings.direct());
        OddServer half = new OddServer(peer(pieces(0, 6), good));
        OddServer rest = new OddServer(peer(pieces(6, 12), good))) {
      Fetch fetch = engine.fetch(request(source(half, "x")));
      while (engine.find(MANIFEST.id()).isEmpty()) {
        Thread.onSpinWait();
      }
      Holding holding = engine.find(MANIFEST.id()).orElseThrow();
      Holding.Have have = holding.have();
      while (have.verified().count() < 6) {
        have = holding.awaitChange(have.generation(), Duration.ofSeconds(10));
      }
      assertThat(have.verified()).isEqualTo(pieces(0, 6));

      fetch.add(source(rest, "x"));
      await(fetch);

      assertThat(holding.file()).hasBinaryContent(CONTENT);
      assertThat(holding.have().verified().complete()).isTrue();
    }
  }

  @Test
  void aBusyNodeIsAskedAgain() throws Exception {
    AtomicInteger refusals = new AtomicInteger();
    OddServer.Manner busy =
        (asked, out) -> {
          if (refusals.incrementAndGet() <= 2) {
            OddServer.head(
                out, "503 Service Unavailable", "Content-Length: 0\r\nRetry-After: 0\r\n");
          } else {
            OddServer.range(asked, out, CONTENT, "");
          }
        };
    try (SwarmEngine engine = new SwarmEngine(SwarmSettings.direct());
        OddServer server = new OddServer(peer(pieces(0, 12), busy))) {
      await(engine.fetch(request(source(server, "x"))));

      assertThat(folder.resolve("f")).hasBinaryContent(CONTENT);
    }
  }

  @Test
  void aFetchThatTakesLongerThanAPassNeedsNobodyToRenewIt() throws Exception {
    AtomicInteger made = new AtomicInteger();
    Set<String> over = ConcurrentHashMap.newKeySet();
    OddServer.Manner strict =
        (asked, out) -> {
          if (over.add(asked.headers().get("authorization"))) { // lives for one request
            OddServer.range(asked, out, CONTENT, "");
          } else {
            OddServer.head(out, "401 Unauthorized", "Content-Length: 0\r\n");
          }
        };
    try (SwarmEngine engine = new SwarmEngine(SwarmSettings.direct());
        OddServer server = new OddServer(peer(pieces(0, 12), strict))) {
      Source.Peer node =
          new Source.Peer(
              server.uri(""),
              "peer",
              false,
              () -> Map.of("Authorization", "" + made.incrementAndGet()));

      await(engine.fetch(request(node)));

      assertThat(folder.resolve("f")).hasBinaryContent(CONTENT);
      assertThat(over).hasSizeGreaterThan(10);
    }
  }

  @Test
  void whoHasNoRoomToSayWhatItHasIsNotGivenUp() throws Exception {
    AtomicInteger refusals = new AtomicInteger();
    OddServer.Manner good = peer(pieces(0, 12), OddServer.good(CONTENT));
    OddServer.Manner busy =
        (asked, out) -> {
          if (refusals.incrementAndGet() <= 4) {
            OddServer.head(out, "503 Service Unavailable", "Content-Length: 0\r\n");
          } else {
            good.answer(asked, out);
          }
        };
    try (SwarmEngine engine = new SwarmEngine(SwarmSettings.direct());
        OddServer server = new OddServer(busy)) {
      await(engine.fetch(request(source(server, "x"))));

      assertThat(folder.resolve("f")).hasBinaryContent(CONTENT);
    }
  }

  @Test
  void aNewPassOfANodeTakesThePlaceOfTheOldOne() throws Exception {
    CountDownLatch refused = new CountDownLatch(1);
    OddServer.Manner strict =
        (asked, out) -> {
          if (asked.headers().get("authorization").equals("Bearer new")) {
            OddServer.range(asked, out, CONTENT, "");
          } else {
            OddServer.head(out, "401 Unauthorized", "Content-Length: 0\r\n");
            refused.countDown();
          }
        };
    try (SwarmEngine engine = new SwarmEngine(SwarmSettings.direct());
        OddServer silent = new OddServer((asked, out) -> new CountDownLatch(1).await());
        OddServer server = new OddServer(peer(pieces(0, 12), strict))) {
      Fetch fetch = engine.fetch(request(source(server, "old"), source(silent, "x")));
      refused.await();
      while (fetch.progress().sources().getFirst().trouble().isEmpty()) {
        Thread.onSpinWait();
      }

      fetch.add(source(server, "new"));
      Fetch.Result result = await(fetch);

      assertThat(folder.resolve("f")).hasBinaryContent(CONTENT);
      assertThat(result.sources()).hasSize(2);
    }
  }
}
