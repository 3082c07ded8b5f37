package dev.ringrift.io.data.swarm;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringrift.agent.data.Fetch;
import dev.ringrift.agent.data.FetchRequest;
import dev.ringrift.agent.data.FetchRequest.Expected;
import dev.ringrift.agent.data.Source;
import dev.ringrift.core.UserError;
import dev.ringrift.core.data.Manifest;
import dev.ringrift.core.data.PieceLayout;
import dev.ringrift.core.data.Sha256;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SwarmEngineTest {
  private static final byte[] CONTENT = new byte[3_000_000];
  private static final Manifest MANIFEST = manifest(CONTENT, 1 << 18);

  static {
    new Random(1).nextBytes(CONTENT);
  }

  @TempDir Path folder;
  private final SwarmEngine engine = new SwarmEngine(SwarmSettings.direct());
  private final List<OddServer> servers = new ArrayList<>();

  @AfterEach
  void close() throws IOException {
    engine.close();
    for (OddServer server : servers) {
      server.close();
    }
  }

  static Manifest manifest(byte[] content, int pieceLength) {
    new Random(1).nextBytes(CONTENT);
    PieceLayout layout = new PieceLayout(content.length, pieceLength);
    List<Sha256> pieces = new ArrayList<>();
    for (int piece = 0; piece < layout.count(); piece++) {
      int from = (int) layout.offset(piece);
      byte[] bytes = Arrays.copyOfRange(content, from, from + layout.length(piece));
      pieces.add(Sha256.of(Digests.sha256().digest(bytes)));
    }
    return new Manifest(content.length, pieceLength, pieces);
  }

  private Source server(OddServer.Manner manner) throws IOException {
    return new Source.Url(open(manner).uri("/f"), Map.of());
  }

  private OddServer open(OddServer.Manner manner) throws IOException {
    OddServer server = new OddServer(manner);
    servers.add(server);
    return server;
  }

  private Source good() throws IOException {
    return server(OddServer.good(CONTENT));
  }

  private Fetch.Result fetch(Expected expected, Source... sources) throws Exception {
    Fetch fetch = engine.fetch(new FetchRequest(folder.resolve("f"), expected, List.of(sources)));
    try {
      return fetch.result().orTimeout(30, TimeUnit.SECONDS).join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    }
  }

  private static Expected pieces() {
    return new Expected.Pieces(MANIFEST, Optional.empty());
  }

  private static Expected whole() {
    return new Expected.Whole(Sha256.of(Digests.sha256().digest(CONTENT)));
  }

  private void assertThere() throws IOException {
    assertThat(folder.resolve("f")).hasBinaryContent(CONTENT);
    assertNothingElse();
  }

  private void assertNothingElse() throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      assertThat(all.filter(each -> !each.endsWith("f"))).isEmpty();
    }
  }

  private static Fetch.Share share(Fetch.Result result, Source source) {
    return result.sources().stream()
        .filter(each -> each.label().equals(source.label()))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aFileComesFromAllOfItsSources() throws Exception {
    Source first = good();
    Source second = good();

    Fetch.Result result = fetch(pieces(), first, second);

    assertThere();
    assertThat(share(result, first).bytes()).isPositive();
    assertThat(share(result, second).bytes()).isPositive();
    assertThat(result.method()).isEqualTo("swarm");
  }

  @Test
  void aFileThatIsThereIsNotFetchedAgain() throws Exception {
    Files.write(folder.resolve("f"), CONTENT);

    assertThat(fetch(pieces(), good()).bytes()).isZero();
    assertThat(fetch(whole(), good()).bytes()).isZero();
  }

  @Test
  void anEmptyFileIsAFile() throws Exception {
    fetch(new Expected.Pieces(new Manifest(0, 1 << 18, List.of()), Optional.empty()), good());

    assertThat(folder.resolve("f")).isEmptyFile();
  }

  @Test
  void withoutHashesOfPiecesTheWholeIsVerified() throws Exception {
    fetch(whole(), good(), good());

    assertThere();
  }

  @Test
  void aWholeThatIsWrongIsRefusedAndItsSourcesNamed() throws Exception {
    byte[] other = CONTENT.clone();
    other[77]++;
    Source wrong = server(OddServer.good(other));

    assertThatThrownBy(() -> fetch(whole(), wrong))
        .isInstanceOfSatisfying(
            UserError.class, e -> assertThat(e.text()).contains(wrong.label(), "SHA-256"));
    assertThat(folder.resolve("f")).doesNotExist();
    assertNothingElse();
  }

  @Test
  void aSourceWithAWrongBitIsDroppedAndNamed() throws Exception {
    byte[] other = CONTENT.clone();
    for (int piece = 0; piece < MANIFEST.pieceCount(); piece++) {
      other[(int) MANIFEST.offset(piece) + 5] ^= 1;
    }
    Source liar = server(OddServer.good(other));

    Fetch.Result result = fetch(pieces(), liar, good());

    assertThere();
    assertThat(share(result, liar).badPieces()).isPositive();
    assertThat(share(result, liar).trouble()).contains("wrong bytes");
  }

  @Test
  void onlyWrongSourcesGiveNoFile() throws Exception {
    Source liar = server(OddServer.good(new byte[CONTENT.length]));

    assertThatThrownBy(() -> fetch(pieces(), liar))
        .isInstanceOfSatisfying(
            UserError.class, e -> assertThat(e.text()).contains(liar.label(), "wrong bytes"));
    assertThat(folder.resolve("f")).doesNotExist();
    assertNothingElse();
  }

  @Test
  void aTruncatedReplyIsGoneOnFrom() throws Exception {
    Source shy =
        server(
            (asked, out) -> {
              long[] range = asked.range(CONTENT.length);
              int length = (int) (range[1] - range[0] + 1);
              OddServer.head(
                  out,
                  "206 Partial Content",
                  "Content-Range: bytes %d-%d/%d\r\nContent-Length: %d\r\n"
                      .formatted(range[0], range[1], CONTENT.length, length));
              out.write(CONTENT, (int) range[0], length / 2);
              throw new EOFException();
            });

    fetch(pieces(), shy, good());

    assertThere();
  }

  @Test
  void aSourceThatLiesAboutLengthOrRangeIsDropped() throws Exception {
    Source longer =
        server(
            (asked, out) -> {
              OddServer.range(asked, out, Arrays.copyOf(CONTENT, CONTENT.length + 9), "");
            });
    Source elsewhere =
        server(
            (asked, out) -> {
              OddServer.head(
                  out,
                  "206 Partial Content",
                  "Content-Range: bytes 0-4/%d\r\nContent-Length: 5\r\n".formatted(CONTENT.length));
              out.write(CONTENT, 0, 5);
            });
    Source zipped =
        server((asked, out) -> OddServer.range(asked, out, CONTENT, "Content-Encoding: gzip\r\n"));

    Fetch.Result result = fetch(pieces(), longer, elsewhere, zipped, good());

    assertThere();
    assertThat(share(result, longer).trouble()).contains("3000009 bytes, not 3000000");
    assertThat(share(result, elsewhere).trouble()).contains("it gave bytes 0-4");
    assertThat(share(result, zipped).trouble()).contains("gzip");
  }

  @Test
  void aHangingSourceHoldsNothingUp() throws Exception {
    OddServer hanging = open((asked, out) -> Thread.sleep(Long.MAX_VALUE));
    Source silent = new Source.Url(hanging.uri("/f"), Map.of());
    Source stuck =
        server(
            (asked, out) -> {
              long[] range = asked.range(CONTENT.length);
              OddServer.head(
                  out,
                  "206 Partial Content",
                  "Content-Range: bytes %d-%d/%d\r\nContent-Length: %d\r\n"
                      .formatted(range[0], range[1], CONTENT.length, range[1] - range[0] + 1));
              out.write(CONTENT, (int) range[0], 1000);
              out.flush();
              hanging.hang();
            });

    fetch(pieces(), silent, stuck, good());

    assertThere();
  }

  @Test
  void aServerWithoutRangesIsReadAsOneStream() throws Exception {
    OddServer.Manner whole =
        (asked, out) -> {
          OddServer.head(out, "200 OK", "Content-Length: %d\r\n".formatted(CONTENT.length));
          out.write(CONTENT);
        };

    fetch(pieces(), server(whole));

    assertThere();
    Files.delete(folder.resolve("f"));
    Source left = server(whole);
    assertThat(share(fetch(pieces(), left, good()), left).trouble()).contains("no ranges");
    assertThere();
  }

  @Test
  void chunksAreUnderstood() throws Exception {
    Source chunked =
        server(
            (asked, out) -> {
              OddServer.head(out, "200 OK", "Transfer-Encoding: chunked\r\n");
              for (int at = 0; at < CONTENT.length; at += 100_000) {
                int length = Math.min(100_000, CONTENT.length - at);
                out.write("%x\r\n".formatted(length).getBytes(US_ASCII));
                out.write(CONTENT, at, length);
                out.write("\r\n".getBytes(US_ASCII));
              }
              out.write("0\r\n\r\n".getBytes(US_ASCII));
            });

    fetch(pieces(), chunked);

    assertThere();
  }

  @Test
  void aRedirectIsFollowedWithoutWhatIsMeantForTheFirstServer() throws Exception {
    OddServer to = open(OddServer.good(CONTENT));
    OddServer from =
        open(
            (asked, out) ->
                OddServer.head(
                    out,
                    "302 Found",
                    "Content-Length: 0\r\nLocation: %s\r\n".formatted(to.uri("/there"))));
    Source source = new Source.Url(from.uri("/f"), Map.of("Authorization", "Bearer secret"));

    fetch(pieces(), source);

    assertThere();
    assertThat(from.asked).allMatch(each -> each.headers().containsKey("authorization"));
    assertThat(to.asked)
        .isNotEmpty()
        .noneMatch(each -> each.headers().containsKey("authorization"));
  }

  @Test
  void redirectsInACircleAreATrouble() throws Exception {
    Source circle =
        server(
            (asked, out) ->
                OddServer.head(out, "302 Found", "Content-Length: 0\r\nLocation: /f\r\n"));

    assertThatThrownBy(() -> fetch(whole(), circle)).hasMessageContaining("no source says");
  }

  @Test
  void nobodyThereIsSaidWithTheReasonOfEach() throws Exception {
    Source missing =
        server((asked, out) -> OddServer.head(out, "404 Not Found", "Content-Length: 0\r\n"));
    Source forbidden =
        server((asked, out) -> OddServer.head(out, "403 Forbidden", "Content-Length: 0\r\n"));

    assertThatThrownBy(() -> fetch(pieces(), missing, forbidden))
        .isInstanceOfSatisfying(
            UserError.class,
            e ->
                assertThat(e.text())
                    .contains("it does not have it (404)", "does not let us (403)"));
  }

  @Test
  void sourcesThatDifferAreNotMixedWhereNothingIsVerified() throws Exception {
    OddServer.Manner tagged =
        (asked, out) -> OddServer.range(asked, out, CONTENT, "ETag: \"one\"\r\n");
    Source other =
        server(
            (asked, out) ->
                OddServer.range(asked, out, new byte[CONTENT.length], "ETag: \"two\"\r\n"));

    Fetch.Result result = fetch(new Expected.Unverified(), server(tagged), other, server(tagged));

    assertThere();
    assertThat(share(result, other).trouble()).contains("ETag");
  }

  @Test
  void filesOfWhichNothingSaysThatTheyAreTheSameAreNotMixed() throws Exception {
    Source first = good();
    Source other = server(OddServer.good(new byte[CONTENT.length]));

    Fetch.Result result = fetch(new Expected.Unverified(), first, other);

    assertThere();
    assertThat(share(result, other).bytes()).isZero();
    assertThat(share(result, other).trouble()).contains("strong ETag");
  }

  @Test
  void oneBadMirrorOfManyDoesNotKeepTheGoodOnesFromGivingTheFile() throws Exception {
    byte[] other = CONTENT.clone();
    for (int at = 0; at < other.length; at += 1000) {
      other[at] ^= 1;
    }
    Source bad = server(OddServer.good(other));
    Source longer = server(OddServer.good(new byte[CONTENT.length + 1]));
    Source right = good();

    Fetch.Result result = fetch(whole(), bad, longer, right);

    assertThere();
    assertThat(share(result, bad).trouble()).contains("SHA-256");
    assertThat(share(result, longer).trouble()).contains("SHA-256");
    assertThat(share(result, right).trouble()).isEmpty();
  }

  @Test
  void piecesOfAnEarlierFetchAndAStreamMakeAWhole() throws Exception {
    Path target = folder.resolve("f");
    try (PartFile part = PartFile.open(target);
        PieceJournal list =
            PieceJournal.open(PartFile.journalFor(target), key(), MANIFEST.pieceCount())) {
      part.extend(CONTENT.length);
      List<Integer> even = new ArrayList<>();
      for (int piece = 0; piece < MANIFEST.pieceCount(); piece += 2) {
        int offset = (int) MANIFEST.offset(piece);
        part.write(ByteBuffer.wrap(CONTENT, offset, MANIFEST.length(piece)), offset);
        even.add(piece);
      }
      list.append(even);
    }

    fetch(pieces(), server(SwarmEngineTest::stream));

    assertThere();
  }

  private static byte[] key() {
    return new Wanted(PieceLayout.of(MANIFEST), pieces(), "").key();
  }

  private static void stream(OddServer.Asked asked, OutputStream out) throws IOException {
    OddServer.head(out, "200 OK", "Content-Length: %d\r\n".formatted(CONTENT.length));
    out.write(CONTENT);
  }

  @Test
  void aDroppedSourceWritesNothingMore() throws Exception {
    CountDownLatch second = new CountDownLatch(1);
    CountDownLatch streamed = new CountDownLatch(1);
    CountDownLatch written = new CountDownLatch(1);
    int held = CONTENT.length - MANIFEST.pieceLength();
    OddServer.Manner evil =
        (asked, out) -> {
          if (asked.number() == 0) {
            second.await();
            OddServer.range(asked, out, new byte[CONTENT.length], "");
            return;
          }
          second.countDown();
          try {
            long[] range = asked.range(CONTENT.length);
            int length = (int) (range[1] - range[0] + 1);
            OddServer.head(
                out,
                "206 Partial Content",
                "Content-Range: bytes %d-%d/%d\r\nContent-Length: %d\r\n"
                    .formatted(range[0], range[1], CONTENT.length, length));
            out.write(new byte[100]);
            out.flush();
            streamed.await();
            out.write(new byte[length - 100]);
          } finally {
            written.countDown();
          }
        };
    OddServer.Manner whole =
        (asked, out) -> {
          if (asked.headers().containsKey("range")) {
            stream(asked, out);
            return;
          }
          OddServer.head(out, "200 OK", "Content-Length: %d\r\n".formatted(CONTENT.length));
          out.write(CONTENT, 0, held);
          out.flush();
          streamed.countDown();
          written.await();
          out.write(CONTENT, held, CONTENT.length - held);
        };
    Source liar = server(evil);

    Fetch.Result result = fetch(pieces(), liar, server(whole));

    assertThere();
    assertThat(share(result, liar).trouble()).contains("wrong bytes");
  }

  @Test
  void tooLittleRoomIsSaidBeforeAnythingIsFetched() throws Exception {
    Manifest huge =
        new Manifest(
            1L << 40,
            Manifest.PIECE_LENGTH_MAX,
            java.util.Collections.nCopies(1 << 15, MANIFEST.pieces().getFirst()));
    Source source = good();

    assertThatThrownBy(() -> fetch(new Expected.Pieces(huge, Optional.empty()), source))
        .isInstanceOfSatisfying(
            UserError.class,
            e -> assertThat(e.text()).contains("too full", "1,099,511,627,776", "free"));
    assertThat(servers.getFirst().asked).isEmpty();
  }

  @Test
  void aTargetThatIsAFolderIsAnError() throws Exception {
    Files.createDirectory(folder.resolve("f"));

    assertThatThrownBy(() -> fetch(pieces(), good())).hasMessageContaining("cannot write");
  }

  @Test
  void twoFetchesDoNotWriteTheSameFile() throws Exception {
    OddServer hanging = open((asked, out) -> Thread.sleep(Long.MAX_VALUE));
    Source silent = new Source.Url(hanging.uri("/f"), Map.of());
    FetchRequest request = new FetchRequest(folder.resolve("f"), pieces(), List.of(silent));
    Fetch first = engine.fetch(request);
    while (hanging.asked.isEmpty()) {
      Thread.onSpinWait();
    }

    assertThatThrownBy(() -> fetch(pieces(), good())).hasMessageContaining("being fetched already");
    first.cancel();
    assertThatThrownBy(() -> first.result().orTimeout(10, TimeUnit.SECONDS).join())
        .hasMessageContaining("cancelled");
  }

  @Test
  void aSourceThatIsNoHttpServerIsATrouble() throws Exception {
    Source odd = server((asked, out) -> out.write("220 welcome\r\n\r\n".getBytes(US_ASCII)));

    fetch(pieces(), odd, good());

    assertThere();
  }

  @Test
  void nobodyListensAtAll() throws Exception {
    Source dead = new Source.Url(URI.create("http://127.0.0.1:1/f"), Map.of());

    fetch(pieces(), dead, good());

    assertThere();
  }
}
