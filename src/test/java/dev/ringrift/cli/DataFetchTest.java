package dev.ringrift.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.core.data.Manifest;
import dev.ringrift.core.data.PieceSet;
import dev.ringrift.core.data.RelativePath;
import dev.ringrift.io.data.TestFiles;
import dev.ringrift.io.data.TestSource;
import dev.ringrift.io.data.metalink.Metalink;
import dev.ringrift.io.data.metalink.MetalinkText;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `data get`, `data sync` and `data doctor`, which need no cluster.
class DataFetchTest {
  private static final byte[] CONTENT = TestFiles.random(5_000_000, 1);
  private static final String HASH = TestFiles.sha256(CONTENT).toString();

  @TempDir private Path dir;
  private TestSource source;

  @BeforeEach
  void start() throws Exception {
    source = new TestSource().with("/m/a.pth", CONTENT);
  }

  @AfterEach
  void end() {
    source.close();
  }

  private CommandRun run(String... words) {
    return on(new FakeCluster(), words);
  }

  private CommandRun on(FakeCluster cluster, String... words) {
    return new CommandRun().dataDir(dir.resolve("state")).on(cluster, words);
  }

  /// A cluster with two names for a content that one node holds.
  private FakeCluster cluster() {
    Manifest manifest = TestFiles.manifest(CONTENT, 1 << 20);
    PieceSet all = PieceSet.all(manifest.pieceCount());
    String have =
        "{\"gen\":1,\"pieces\":%d,\"have\":\"%s\",\"coming\":\"\"}"
            .formatted(manifest.pieceCount(), Base64.getEncoder().encodeToString(all.bytes()));
    source
        .with("/o/%s/manifest".formatted(manifest.id()), manifest.encoded())
        .with("/o/%s/have".formatted(manifest.id()), have.getBytes(UTF_8))
        .with("/o/%s/data".formatted(manifest.id()), CONTENT);
    String names =
        Stream.of("models/a.pth", "games/b.db", "checkpoints/1.0")
            .map(
                each ->
                    "{\"name\": \"%s\", \"id\": \"%s\", \"size_bytes\": 5000000, \"sha256\": \"%s\"}"
                        .formatted(each, manifest.id(), HASH))
            .collect(Collectors.joining(", "));
    return new FakeCluster()
        .answer("/api/v1/data", "[%s]".formatted(names))
        .answer(
            "/api/v1/data/holders", "[{\"node\": \"w1\", \"data\": \"%s\"}]".formatted(url("")));
  }

  @Test
  void publishedNamesThatFitComeIntoAFolder() throws Exception {
    CommandRun run = on(cluster(), "data", "sync", "--to", dir.toString(), "-p", "*.pth");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(Files.readAllBytes(dir.resolve("models/a.pth"))).isEqualTo(CONTENT);
    assertThat(dir.resolve("games/b.db")).doesNotExist();
    assertThat(run.out()).contains("models/a.pth", "w1", "1 fetched");
    CommandRun all = on(cluster(), "data", "sync", "--to", dir.toString());
    assertThat(all.out()).contains("1 fetched").contains("1 here already");
    assertThat(dir.resolve("games/b.db")).exists();
    assertThat(dir.resolve("checkpoints")).doesNotExist();
  }

  @Test
  void aPatternThatNoNameFitsFailsAndTheOthersAreSynced() throws Exception {
    CommandRun run =
        on(cluster(), "data", "sync", "--to", dir.toString(), "-p", "*.onnx", "-p", "games/**");
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("*.onnx", "data ls");
    assertThat(dir.resolve("games/b.db")).exists();
  }

  @Test
  void aNameThatNobodyHoldsFailsAndIsSaid() {
    FakeCluster cluster = cluster().answer("/api/v1/data/holders", "[]");
    CommandRun run = on(cluster, "data", "sync", "--to", dir.toString(), "-p", "*.pth");
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("nobody can give models/a.pth");
  }

  @Test
  void publishedNamesThatFitGoOntoNodes() {
    String file =
        """
        {"size_bytes": 5, "holders": ["w1"], "nodes": [{"node": "w1", "state": "%s"}]}
        """;
    FakeCluster cluster =
        cluster()
            .answer("/api/v1/data/keep", "{\"nodes\": [\"w1\"]}")
            .answer("/api/v1/data/file", file.formatted("whole"));
    CommandRun run = on(cluster, "data", "sync", "--on", "all", "-p", "*.pth");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(cluster.asked)
        .contains("POST /api/v1/data/keep {\"add\":\"all\",\"name\":\"models/a.pth\"}")
        .noneMatch(asked -> asked.contains("games/b.db"));
    cluster.answer("/api/v1/data/file", file.formatted("fetching"));
    CommandRun stalled = on(cluster, "data", "sync", "--on", "w1", "--stall", "1");
    assertThat(stalled.exitCode()).isEqualTo(1);
    assertThat(stalled.err()).contains("games/b.db is not on all of them", "data where");
  }

  @Test
  void aSourceThatIsNoneFailsTheSyncAndTheOthersDo() throws Exception {
    source.with(
        "/inventory.json",
        "{\"files\": {\"m/a.pth\": {\"size_bytes\": 5000000, \"mtime\": 1, \"sha256\": \"%s\"}}}"
            .formatted(HASH)
            .getBytes(UTF_8));
    try (TestSource strange = new TestSource()) {
      String bad = strange.uri("").toString();
      for (String other : List.of("gpu-1", "http://[", bad)) {
        CommandRun run = run("data", "sync", other, url(""), "--to", dir.resolve("to").toString());
        assertThat(run.exitCode()).as(run.err()).isEqualTo(1);
        assertThat(run.err()).contains(other).contains("to mend");
        assertThat(dir.resolve("to/m/a.pth")).hasBinaryContent(CONTENT);
      }
    }
  }

  @Test
  void whatIsToBeSyncedWhereHasToBeClear() {
    assertThat(refused(2, "data", "sync")).contains("--to DIR", "--on NODES");
    assertThat(refused(2, "data", "sync", url(""), "--on", "all")).contains("--on");
  }

  @Test
  void theDoctorSaysWhatSourcesGaveToTheNodeHere() {
    FakeCluster cluster =
        new FakeCluster()
            .answer("/health", "{\"node\": \"w1\"}")
            .answer(
                "/api/v1/data/fetches",
                """
                [{"node": "w1", "name": "models/a", "id": "ab", "state": "done",
                  "fetched_bytes": 4194304, "reason": "",
                  "sources": [{"node": "v1", "bytes": 3145728}, {"node": "w2", "bytes": 1048576}]}]
                """);
    CommandRun run = on(cluster, "data", "doctor");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).contains("models/a  done   4 MiB  v1 3 MiB, w2 1 MiB");
    assertThat(run("data", "doctor").out()).contains("not known");
  }

  private String url(String path) {
    return source.uri(path).toString();
  }

  @Test
  void fileIsFetchedByItsHash() throws Exception {
    CommandRun run = run("data", "get", url("/m/a.pth"), "--sha256", HASH, "-d", dir.toString());
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(Files.readAllBytes(dir.resolve("a.pth"))).isEqualTo(CONTENT);
    assertThat(run.out()).contains("a.pth").contains("127.0.0.1").contains("swarm");
    CommandRun again = run("data", "get", url("/m/a.pth"), "--sha256", HASH, "-d", dir.toString());
    assertThat(again.out()).contains("here already");
  }

  @Test
  void withoutAHashItIsTakenOnlyWhenAskedTo() throws Exception {
    CommandRun refused = run("data", "get", url("/m/a.pth"), "-d", dir.toString());
    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.err()).contains("--sha256").contains("--no-verify");
    assertThat(dir.resolve("a.pth")).doesNotExist();
    CommandRun taken =
        run("data", "get", url("/m/a.pth"), "-d", dir.toString(), "--no-verify", "-o", "b");
    assertThat(taken.exitCode()).as(taken.err()).isZero();
    assertThat(Files.readAllBytes(dir.resolve("b"))).isEqualTo(CONTENT);
  }

  private String refused(int code, String... words) {
    CommandRun run = run(words);
    assertThat(run.exitCode()).as(run.err()).isEqualTo(code);
    assertThat(run.err()).doesNotContain("should not have happened");
    return run.err();
  }

  @Test
  void whatIsNoSourceIsSaidSo() {
    assertThat(refused(2, "data", "get", "gpu-1/a.pth")).contains("'gpu-1/a.pth' is no source");
    assertThat(refused(2, "data", "get", "ftp://gpu-1/a.pth")).contains("http://HOST[:PORT]/PATH");
    assertThat(refused(2, "data", "doctor", "gpu-1")).contains("'gpu-1' is no source");
  }

  @Test
  void aTokenThatIsNotTakenIsSaidSo() {
    source.wanting("Bearer right");
    String header = "Authorization: Bearer wrong";
    assertThat(refused(1, "data", "get", url("/m/a.pth"), "-d", dir.toString(), "--header", header))
        .contains("does not let us", "401", "'data'");
    assertThat(refused(1, "data", "sync", url(""), "--to", dir.toString(), "--header", header))
        .contains("does not let us (401)");
  }

  @Test
  void metalinkThatCannotBeReadIsBadInput() throws Exception {
    Path none = dir.resolve("none.meta4");
    assertThat(refused(2, "data", "get", "--meta4", none.toString()))
        .contains("no metalink " + none);
    Path junk = Files.writeString(dir.resolve("junk.meta4"), "hello");
    assertThat(refused(2, "data", "get", "--meta4", junk.toString())).contains("RFC 5854");
    assertThat(refused(2, "data", "get", "--meta4", dir.toString())).contains("cannot read");
  }

  @Test
  void metalinkWithoutHashesIsFetchedOnlyUnverified() throws Exception {
    Path file =
        Files.writeString(
            dir.resolve("m.meta4"),
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <metalink xmlns="urn:ietf:params:xml:ns:metalink"><file name="a.pth">
            <size>5000000</size><url>%s</url></file></metalink>
            """
                .formatted(url("/m/a.pth")));
    String[] get = {"data", "get", "--meta4", file.toString(), "-d", dir.resolve("to").toString()};
    assertThat(refused(1, get)).contains("a.pth has no hash", "--no-verify");
    assertThat(dir.resolve("to/a.pth")).doesNotExist();
    String[] anyway =
        Stream.concat(Stream.of(get), Stream.of("--no-verify")).toArray(String[]::new);
    assertThat(run(anyway).exitCode()).isZero();
    assertThat(Files.readAllBytes(dir.resolve("to/a.pth"))).isEqualTo(CONTENT);
  }

  @Test
  void aFolderThatCannotBeWrittenIsSaidSo() throws Exception {
    Path file = Files.writeString(dir.resolve("file"), "x");
    String[] get = {"data", "get", url("/m/a.pth"), "--sha256", HASH, "-d"};
    for (String folder : List.of(file.toString(), "/proc/nowhere")) {
      String[] words = Stream.concat(Stream.of(get), Stream.of(folder)).toArray(String[]::new);
      assertThat(refused(1, words)).contains("cannot write into " + folder, "another folder");
    }
  }

  @Test
  void aHashThatDoesNotFitIsSaidOfTheOneSource() {
    String other = "ab".repeat(32);
    assertThat(refused(1, "data", "get", url("/m/a.pth"), "--sha256", other, "-d", dir.toString()))
        .contains(HASH, other, "is the hash right");
    assertThat(dir.resolve("a.pth")).doesNotExist();
    assertThat(refused(1, "data", "get", url("/none"), "--sha256", other, "-d", dir.toString()))
        .contains("404", "are the addresses right");
  }

  @Test
  void aProxyThatIsNoneIsNamedWithItsVariable() {
    CommandRun run =
        new CommandRun()
            .environment("RINGRIFT_SOCKS_PROXY", "http://a:1")
            .on(new FakeCluster(), "data", "get", url("/m/a.pth"), "--sha256", HASH);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("RINGRIFT_SOCKS_PROXY is 'http://a:1'", "socks5://HOST:PORT");
  }

  @Test
  void metalinkTellsHashesAndSources() throws Exception {
    Metalink metalink =
        Metalink.of(
            new RelativePath("x/a.pth"),
            TestFiles.manifest(CONTENT, 1 << 20),
            Optional.empty(),
            List.of(source.uri("/m/a.pth")));
    Path file = Files.writeString(dir.resolve("m.meta4"), MetalinkText.write(metalink));
    CommandRun run = run("data", "get", "--meta4", file.toString(), "-d", dir.toString(), "--json");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(Files.readAllBytes(dir.resolve("x/a.pth"))).isEqualTo(CONTENT);
    assertThat(run.out()).contains("\"bytes\"");
  }

  @Test
  void wrongHashFailsAndLeavesNothing() {
    CommandRun run =
        run("data", "get", url("/m/a.pth"), "--sha256", "0".repeat(64), "-d", dir.toString());
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).isNotEmpty();
    assertThat(dir.resolve("a.pth")).doesNotExist();
  }

  @Test
  void badWordsAreSaidBeforeAnythingIsDone() {
    assertThat(run("data", "get").exitCode()).isEqualTo(2);
    assertThat(run("data", "get", "nonsense").exitCode()).isEqualTo(2);
    assertThat(run("data", "get", url("/m/a.pth"), "--sha256", "12").exitCode()).isEqualTo(2);
    assertThat(run("data", "get", url("/m/a.pth"), "--engine", "x").exitCode()).isEqualTo(2);
  }

  @Test
  void doctorSaysWhatASourceGives() {
    CommandRun run = run("data", "doctor", url("/m/a.pth"), url("/none"));
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out()).contains("yes").contains("it answers 404");
  }

  @Test
  void syncSaysWhatFailed() {
    CommandRun run = run("data", "sync", url("/"), "--to", dir.toString(), "-p", "*.pth");
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("inventory");
    assertThat(run.out()).contains("0 fetched");
  }
}
