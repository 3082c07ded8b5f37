package dev.ringrift.data;

import dev.ringrift.core.data.Manifest;
import dev.ringrift.io.data.TestFiles;
import dev.ringrift.io.data.TestSource;
import dev.ringrift.io.json.Json;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/// A data server with files, hashes and manifests as the test wants them.
final class TestDataServer implements AutoCloseable {
  static final int PIECE = 1 << 20;

  private final TestSource source = new TestSource();
  private final Map<String, Object> files = new LinkedHashMap<>();

  TestDataServer() throws IOException {}

  /// A file with all that our servers tell of it.
  TestDataServer with(String path, byte[] content, long modified) {
    return lying(path, content, content, modified);
  }

  /// A file of an older server: size and time only.
  TestDataServer plain(String path, byte[] content, long modified) {
    source.with("/" + path, content);
    return listed(path, Map.of("size_bytes", content.length, "mtime", modified));
  }

  /// A file that is told to be `told` and is `given`.
  TestDataServer lying(String path, byte[] told, byte[] given, long modified) {
    Manifest manifest = TestFiles.manifest(told, PIECE);
    source.with("/" + path, given);
    source.with("/o/%s/manifest".formatted(manifest.id()), manifest.encoded());
    return listed(
        path,
        Map.of(
            "size_bytes",
            told.length,
            "mtime",
            modified,
            "id",
            manifest.id().toString(),
            "sha256",
            TestFiles.sha256(told).toString()));
  }

  /// Gives this in the place of the manifest of `content`.
  TestDataServer wrongManifest(byte[] content, byte[] wrong) {
    source.with("/o/%s/manifest".formatted(TestFiles.manifest(content, PIECE).id()), wrong);
    return this;
  }

  TestDataServer listed(String path, Map<String, Object> entry) {
    files.put(path, entry);
    source.with(
        "/inventory.json", Json.text(Map.of("files", files)).getBytes(StandardCharsets.UTF_8));
    return this;
  }

  URI base() {
    return URI.create(source.uri("/").toString().replaceFirst("/$", ""));
  }

  int requests() {
    return source.requests();
  }

  @Override
  public void close() {
    source.close();
  }
}
