package dev.ringrift.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.core.data.Manifest;
import dev.ringrift.io.data.TestFiles;
import dev.ringrift.io.data.files.FileStamp;
import dev.ringrift.io.data.files.HashCache;
import dev.ringrift.io.data.files.HashedFile;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Aria2TransportTest {
  private static final byte[] RED = TestFiles.random(2 * TestDataServer.PIECE + 5, 1);
  private static final byte[] BLUE = TestFiles.random(900, 2);

  @TempDir private Path dir;
  private Aria2Transport transport = new Aria2Transport(Aria2Config.builder().build());

  @AfterEach
  void end() {
    transport.close();
  }

  private void use(Aria2Config config) {
    transport.close();
    transport = new Aria2Transport(config);
  }

  private SyncResult sync(List<String> patterns, TestDataServer... servers) {
    List<URI> sources = Arrays.stream(servers).map(TestDataServer::base).toList();
    return sync(sources, patterns);
  }

  private SyncResult sync(List<URI> sources, List<String> patterns) {
    return transport
        .syncFromSources(sources, dir.resolve("to"), patterns)
        .orTimeout(60, TimeUnit.SECONDS)
        .join();
  }

  private byte[] read(String path) throws Exception {
    return Files.readAllBytes(dir.resolve("to").resolve(path));
  }

  private Path at(String path) {
    return dir.resolve("to").resolve(path);
  }

  @Test
  void filesKeepTheirPathsAndAreNotFetchedTwice() throws Exception {
    try (TestDataServer a = new TestDataServer().with("models/v2/a.pth", RED, 1);
        TestDataServer b = new TestDataServer().with("models/v2/a.pth", RED, 2)) {
      a.with("games/x.db", BLUE, 1);
      SyncResult first = sync(List.of("*.pth"), a, b);
      assertThat(first.errors()).isEmpty();
      assertThat(first.success()).isTrue();
      assertThat(first.filesSynced()).isEqualTo(1);
      assertThat(first.bytesTransferred()).isEqualTo(RED.length);
      assertThat(first.method()).isEqualTo("swarm");
      assertThat(read("models/v2/a.pth")).isEqualTo(RED);
      assertThat(at("games/x.db")).doesNotExist();
      SyncResult second = sync(List.of("*.pth"), a, b);
      assertThat(second.filesPresent()).isEqualTo(1);
      assertThat(second.filesSynced()).isZero();
    }
  }

  @Test
  void whatWasReadBeforeIsNotReadAgain() throws Exception {
    HashCache cache = new HashCache(dir.resolve("hashes"));
    use(Aria2Config.builder().hashCache(dir.resolve("hashes")).build());
    byte[] other = TestFiles.flipped(RED, 3);
    Files.createDirectories(at("").resolve("models"));
    Path there = Files.write(at("models/a"), other);
    // Whoever says that this is the wanted content has not read it.
    Manifest manifest = TestFiles.manifest(RED, TestDataServer.PIECE);
    FileStamp stamp = FileStamp.of(there);
    cache.put(new HashedFile(stamp, manifest, manifest.id(), TestFiles.sha256(RED)));
    try (TestDataServer a = new TestDataServer().with("models/a", RED, 1)) {
      assertThat(sync(List.of(), a).filesPresent()).isEqualTo(1);
      assertThat(read("models/a")).isEqualTo(other);
      Files.write(there, other); // touched, so it is read
      assertThat(sync(List.of(), a).filesSynced()).isEqualTo(1);
      assertThat(read("models/a")).isEqualTo(RED);
    }
  }

  @Test
  void unreachableSourceIsReportedAndTheOthersDo() throws Exception {
    URI dead;
    try (TestDataServer gone = new TestDataServer()) {
      dead = gone.base();
    }
    try (TestDataServer a = new TestDataServer().with("a", BLUE, 1)) {
      SyncResult result = sync(List.of(dead, a.base()), List.of());
      assertThat(result.success()).isTrue();
      assertThat(result.errors()).hasSize(1);
      assertThat(result.errors().getFirst()).contains(dead.toString());
      assertThat(sync(List.of(dead), List.of()).success()).isFalse();
    }
  }

  @Test
  void sourceThatIsNoUrlIsAnErrorAndTheOthersDo() throws Exception {
    try (TestDataServer a = new TestDataServer().with("a", BLUE, 1)) {
      SyncResult result = sync(List.of(URI.create("gpu-1"), a.base()), List.of());
      assertThat(result.errors().getFirst()).contains("'gpu-1' is no source", "use http://");
      assertThat(read("a")).isEqualTo(BLUE);
      assertThat(result.success()).isFalse();
    }
  }

  @Test
  void newestOfTwoContentsIsTakenAndSaid() throws Exception {
    try (TestDataServer a = new TestDataServer().with("selfplay.db", RED, 1);
        TestDataServer b = new TestDataServer().with("selfplay.db", BLUE, 2)) {
      SyncResult result = sync(List.of(), a, b);
      assertThat(read("selfplay.db")).isEqualTo(BLUE);
      assertThat(result.success()).isFalse();
      assertThat(result.errors().getFirst()).contains("other content");
    }
  }

  @Test
  void patternThatMatchesNothingIsAnError() throws Exception {
    try (TestDataServer a = new TestDataServer().with("a.pth", BLUE, 1)) {
      SyncResult result = sync(List.of("*.pth", "*.onnx"), a);
      assertThat(result.success()).isFalse();
      assertThat(result.errors().getFirst()).contains("*.onnx");
      assertThat(result.filesSynced()).isEqualTo(1);
    }
  }

  @Test
  void hostileNamesStayInside() throws Exception {
    try (TestDataServer a = new TestDataServer().with("good", BLUE, 1)) {
      for (String name : List.of("../evil", "/evil", "x/../../evil", ".evil", "a\\..\\evil")) {
        a.listed(name, Map.of("size_bytes", 1, "mtime", 1));
      }
      Files.createDirectories(at("").resolve("in"));
      Files.createSymbolicLink(at("out"), dir);
      a.with("out/evil", BLUE, 1);
      SyncResult result = sync(List.of(), a);
      assertThat(read("good")).isEqualTo(BLUE);
      assertThat(dir.resolve("evil")).doesNotExist();
      assertThat(result.success()).isFalse();
      assertThat(String.join("\n", result.errors())).contains("symbolic link").contains("../evil");
    }
  }

  @Test
  void wrongManifestIsNotBelieved() throws Exception {
    byte[] other = TestFiles.manifest(BLUE, TestDataServer.PIECE).encoded();
    try (TestDataServer a = new TestDataServer().with("x", RED, 2).wrongManifest(RED, other);
        TestDataServer b = new TestDataServer().with("x", RED, 1)) {
      SyncResult result = sync(List.of(), a, b);
      assertThat(result.filesSynced()).isEqualTo(1);
      assertThat(read("x")).isEqualTo(RED);
      assertThat(result.success()).isFalse();
      assertThat(result.errors().getFirst())
          .contains("x:", a.base().toString(), "the manifest of another file");
    }
  }

  @Test
  void wrongBytesFailAndTheGoodFilesAreSynced() throws Exception {
    byte[] wrong = TestFiles.flipped(BLUE, 7);
    use(Aria2Config.builder().timeout(Duration.ofSeconds(2)).build());
    try (TestDataServer a =
        new TestDataServer().lying("bad", BLUE, wrong, 1).with("good", RED, 1)) {
      SyncResult result = sync(List.of(), a);
      assertThat(result.filesFailed()).isEqualTo(1);
      assertThat(result.success()).isFalse();
      assertThat(at("bad")).doesNotExist();
      assertThat(read("good")).isEqualTo(RED);
    }
  }

  @Test
  void olderServersFilesAreFetchedOnlyUnverified() throws Exception {
    try (TestDataServer a = new TestDataServer().plain("old.db", BLUE, 1)) {
      SyncResult refused = sync(List.of(), a);
      assertThat(refused.errors().getFirst()).contains("old.db").contains("hash");
      assertThat(at("old.db")).doesNotExist();
      use(Aria2Config.builder().verifyChecksum(false).build());
      assertThat(sync(List.of(), a).filesSynced()).isEqualTo(1);
      assertThat(read("old.db")).isEqualTo(BLUE);
      assertThat(sync(List.of(), a).filesPresent()).isEqualTo(1);
    }
  }

  @Test
  void folderThatCannotBeMadeIsAnError() throws Exception {
    Files.writeString(dir.resolve("to"), "a file");
    try (TestDataServer a = new TestDataServer().with("a", BLUE, 1)) {
      SyncResult result = sync(List.of(), a);
      assertThat(result.success()).isFalse();
      assertThat(result.errors().getFirst()).contains("folder");
    }
  }
}
