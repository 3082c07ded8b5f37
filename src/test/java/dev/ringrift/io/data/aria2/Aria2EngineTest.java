package dev.ringrift.io.data.aria2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringrift.Eventually;
import dev.ringrift.agent.data.Fetch;
import dev.ringrift.agent.data.FetchRequest;
import dev.ringrift.agent.data.FetchRequest.Expected;
import dev.ringrift.agent.data.Proxies;
import dev.ringrift.agent.data.Source;
import dev.ringrift.core.UserError;
import dev.ringrift.core.data.Manifest;
import dev.ringrift.core.data.Sha256;
import dev.ringrift.io.data.TestFiles;
import dev.ringrift.io.data.TestSource;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The engine with the real `aria2c`.
@Tag("e2e")
class Aria2EngineTest {
  private static final int PIECE = 1 << 20;
  private static final byte[] CONTENT = TestFiles.random(12 * PIECE + 17, 1);
  private static final Expected PIECES =
      new Expected.Pieces(TestFiles.manifest(CONTENT, PIECE), Optional.of(sha()));

  @TempDir private Path dir;
  private final Vertx vertx = Vertx.vertx();
  private Aria2Engine engine;

  private static Sha256 sha() {
    return TestFiles.sha256(CONTENT);
  }

  @BeforeEach
  void start() {
    Optional<Path> program = Aria2Settings.find(System.getenv());
    if (program.isEmpty() && !System.getProperty("ci", "").equals("true")) {
      Assumptions.abort("aria2c is not installed");
    }
    engine =
        new Aria2Engine(
            vertx, Aria2Settings.usual(program.orElseThrow(), dir.resolve("a2"), Proxies.NONE));
  }

  @AfterEach
  void end() {
    if (engine != null) {
      engine.close();
    }
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  private Fetch begin(Expected expected, TestSource... sources) {
    List<Source> urls =
        Arrays.stream(sources)
            .<Source>map(source -> new Source.Url(source.uri("/x"), Map.of()))
            .toList();
    return engine.fetch(new FetchRequest(target(), expected, urls));
  }

  private Path target() {
    return dir.resolve("out/model.pth");
  }

  private static Fetch.Result end(Fetch fetch) {
    return fetch.result().orTimeout(60, TimeUnit.SECONDS).join();
  }

  private static UserError failure(Fetch fetch) {
    try {
      end(fetch);
      throw new AssertionError("it was fetched");
    } catch (CompletionException e) {
      assertThat(e.getCause()).isInstanceOf(UserError.class);
      return (UserError) e.getCause();
    }
  }

  private void wholeAndAlone() throws IOException {
    assertThat(TestFiles.sha256(Files.readAllBytes(target()))).isEqualTo(sha());
    try (Stream<Path> all = Files.list(target().getParent())) {
      assertThat(all).containsExactly(target());
    }
  }

  @Test
  void fileComesFromAllSourcesAndIsVerified() throws Exception {
    try (TestSource a = new TestSource().with("/x", CONTENT).slow(3 << 20);
        TestSource b = new TestSource().with("/x", CONTENT).slow(3 << 20)) {
      Fetch.Result result = end(begin(PIECES, a, b));
      wholeAndAlone();
      assertThat(result.method()).isEqualTo("aria2");
      assertThat(result.bytes()).isEqualTo(CONTENT.length);
      assertThat(result.sources()).hasSize(2);
      assertThat(result.sources().stream().mapToLong(Fetch.Share::bytes).sum())
          .isBetween(CONTENT.length - 2L, CONTENT.length + 2L);
      int asked = a.requests() + b.requests();
      assertThat(end(begin(PIECES, a, b)).bytes()).as("it was there").isZero();
      assertThat(a.requests() + b.requests()).isEqualTo(asked);
    }
  }

  @Test
  void secretIsInAPrivateFileAndNotInTheArguments() throws Exception {
    try (TestSource a = new TestSource().with("/x", CONTENT)) {
      assertThat(end(begin(PIECES, a)).sources().getFirst().bytes()).isEqualTo(CONTENT.length);
      Path conf = dir.resolve("a2/aria2.conf");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(conf)))
          .isEqualTo("rw-------");
      String secret =
          Files.readAllLines(conf).stream()
              .filter(line -> line.startsWith("rpc-secret="))
              .findFirst()
              .orElseThrow()
              .substring("rpc-secret=".length());
      assertThat(secret).hasSize(64);
      String arguments = Files.readString(Path.of("/proc/" + engine.pid() + "/cmdline"));
      assertThat(arguments).contains("--conf-path=").doesNotContain(secret);
    }
  }

  @Test
  void corruptSourceCostsNothingWherePiecesHaveHashes() throws Exception {
    byte[] wrong = TestFiles.flipped(CONTENT, 5, 3 * PIECE, 9 * PIECE + 4);
    try (TestSource a = new TestSource().with("/x", wrong);
        TestSource b = new TestSource().with("/x", CONTENT).slow(8 << 20)) {
      end(begin(PIECES, a, b));
      wholeAndAlone();
    }
  }

  @Test
  void corruptSourceIsFoundWhereOnlyTheWholeHasAHash() throws Exception {
    byte[] wrong = TestFiles.flipped(CONTENT, 5, 3 * PIECE, 9 * PIECE + 4);
    try (TestSource a = new TestSource().with("/x", wrong);
        TestSource b = new TestSource().with("/x", CONTENT)) {
      Fetch.Result result = end(begin(new Expected.Whole(sha()), a, b));
      wholeAndAlone();
      assertThat(result.sources().getFirst().trouble()).contains("wrong");
      assertThat(result.sources().getLast().trouble()).isEmpty();
    }
  }

  @Test
  void wrongContentNeverGetsTheName() throws Exception {
    try (TestSource a = new TestSource().with("/x", TestFiles.flipped(CONTENT, 77))) {
      assertThat(failure(begin(new Expected.Whole(sha()), a)).text()).contains("wrong");
      assertThat(target()).doesNotExist();
      failure(begin(PIECES, a));
      assertThat(target()).doesNotExist();
    }
  }

  @Test
  void killedAria2IsStartedAgainAndGoesOn() throws Exception {
    try (TestSource a = new TestSource().with("/x", CONTENT).slow(256 << 10)) {
      Fetch fetch = begin(PIECES, a);
      awaitBytes(fetch, 2 * PIECE);
      long first = engine.pid();
      ProcessHandle.of(first).orElseThrow().destroyForcibly();
      a.slow(Long.MAX_VALUE);
      end(fetch);
      assertThat(engine.pid()).isNotEqualTo(first).isNotZero();
      wholeAndAlone();
    }
  }

  @Test
  void leftoversWithoutTheirControlFileDoNotBecomeTheFile() throws Exception {
    Path part = target().resolveSibling(".model.pth.aria2");
    Files.createDirectories(part);
    PartFolder names = new PartFolder(new FetchRequest(target(), PIECES, List.of()));
    Files.write(part.resolve(names.name()), TestFiles.random(5 * PIECE, 9));
    try (TestSource a = new TestSource().with("/x", CONTENT)) {
      end(begin(PIECES, a));
      wholeAndAlone();
    }
  }

  @Test
  void cancelEndsItAndTheNextFetchGoesOn() throws Exception {
    try (TestSource a = new TestSource().with("/x", CONTENT).slow(256 << 10)) {
      Fetch fetch = begin(PIECES, a);
      awaitBytes(fetch, 3 * PIECE);
      fetch.cancel();
      assertThat(failure(fetch).what()).contains("cancelled");
      assertThat(target()).doesNotExist();
      a.slow(Long.MAX_VALUE);
      assertThat(end(begin(PIECES, a)).bytes()).isLessThan(CONTENT.length - PIECE);
      wholeAndAlone();
    }
  }

  @Test
  void sourceThatIsAddedIsUsed() throws Exception {
    try (TestSource a = new TestSource().with("/x", CONTENT).slow(128 << 10);
        TestSource b = new TestSource().with("/x", CONTENT)) {
      Fetch fetch = begin(PIECES, a);
      awaitBytes(fetch, 1);
      fetch.add(new Source.Url(b.uri("/x"), Map.of()));
      awaitBytes(fetch, PIECE);
      a.close();
      end(fetch);
      wholeAndAlone();
      assertThat(b.requests()).isPositive();
    }
  }

  @Test
  void unverifiedSourcesMustAgree() throws Exception {
    try (TestSource a = new TestSource().with("/x", CONTENT);
        TestSource b = new TestSource().with("/x", TestFiles.random(4 * PIECE, 2))) {
      Fetch.Result result = end(begin(new Expected.Unverified(), a, b));
      wholeAndAlone();
      assertThat(result.sources().getLast().trouble()).contains("another file");
    }
  }

  @Test
  void headersGoToTheirSourceOnly() throws Exception {
    try (TestSource a = new TestSource().with("/x", CONTENT).wanting("Bearer t");
        TestSource b = new TestSource().with("/x", CONTENT)) {
      Source secret = new Source.Url(a.uri("/x"), Map.of("Authorization", "Bearer t"));
      Source open = new Source.Url(b.uri("/x"), Map.of());
      end(engine.fetch(new FetchRequest(target(), PIECES, List.of(secret, open))));
      assertThat(b.requests()).isZero();
    }
  }

  @Test
  void absentFileSaysWhy() throws Exception {
    try (TestSource a = new TestSource()) {
      assertThat(failure(begin(PIECES, a)).text()).contains("model.pth").contains("127.0.0.1");
    }
  }

  @Test
  void largerThanTheDiskIsRefusedBeforeItStarts() throws Exception {
    int pieces = 1 << 16;
    Expected huge =
        new Expected.Pieces(
            new Manifest((long) pieces << 25, 1 << 25, Collections.nCopies(pieces, sha())),
            Optional.empty());
    try (TestSource a = new TestSource()) {
      assertThat(failure(begin(huge, a)).what()).contains("no space");
      assertThat(a.requests()).isZero();
    }
  }

  @Test
  void nodeWithASocksProxyOnlyIsToldSo() {
    Proxies socks =
        new Proxies(Optional.of(URI.create("socks5://127.0.0.1:1055")), Optional.empty());
    assertThatThrownBy(() -> Aria2Settings.usual(Path.of("aria2c"), dir, socks))
        .isInstanceOfSatisfying(UserError.class, e -> assertThat(e.text()).contains("SOCKS"));
  }

  private static void awaitBytes(Fetch fetch, long bytes) throws Exception {
    Eventually.isTrue(Duration.ofSeconds(30), () -> fetch.progress().doneBytes() >= bytes);
  }
}
