package dev.ringrift.io.data.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.agent.data.Fetch;
import dev.ringrift.agent.data.FetchRequest;
import dev.ringrift.agent.data.FetchRequest.Expected;
import dev.ringrift.agent.data.Source;
import dev.ringrift.core.data.Manifest;
import dev.ringrift.core.data.Sha256;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A fetch whose process is killed goes on from what it had.
@Tag("e2e")
@Timeout(120)
class KilledFetchTest {
  private static final int KILLS = 3;
  private static final int PIECE = 1 << 20;
  private static final byte[] CONTENT = new byte[48 * PIECE];
  private static final int CHUNK = 64 << 10;
  private static final long PAUSE_MILLIS = 20;

  static {
    new Random(4).nextBytes(CONTENT);
  }

  @TempDir Path folder;

  /// About 3 MB/s a connection.
  private static final OddServer.Manner SLOW =
      (asked, out) -> {
        long[] range = asked.range(CONTENT.length);
        int length = (int) (range[1] - range[0] + 1);
        OddServer.head(
            out,
            "206 Partial Content",
            "Content-Range: bytes %d-%d/%d\r\nContent-Length: %d\r\n"
                .formatted(range[0], range[1], CONTENT.length, length));
        for (int at = 0; at < length; at += CHUNK) {
          out.write(CONTENT, (int) range[0] + at, Math.min(CHUNK, length - at));
          Thread.sleep(PAUSE_MILLIS);
        }
      };

  private long listedBytes() throws IOException {
    return listedPieces() * PIECE;
  }

  private long listedPieces() throws IOException {
    Path list = PartFile.journalFor(folder.resolve("f"));
    return Files.exists(list) ? Math.max(0, Files.size(list) - 32) / 8 : 0;
  }

  /// Sends a file that repeats the content, about 0.8 MB/s a connection, and writes down when how
  /// much had been sent by all.
  private static final class Paced implements OddServer.Manner {
    final long size;
    final NavigableMap<Long, Long> sent = new ConcurrentSkipListMap<>();
    private long total;

    Paced(long size) {
      this.size = size;
    }

    @Override
    public void answer(OddServer.Asked asked, OutputStream out)
        throws IOException, InterruptedException {
      long[] range = asked.range(size);
      int length = (int) (range[1] - range[0] + 1);
      OddServer.head(
          out,
          "206 Partial Content",
          "Content-Range: bytes %d-%d/%d\r\nContent-Length: %d\r\n"
              .formatted(range[0], range[1], size, length));
      for (int at = 0; at < length; at += CHUNK) {
        int count = Math.min(CHUNK, length - at);
        out.write(CONTENT, (int) ((range[0] + at) % CONTENT.length), count);
        out.flush();
        note(count);
        Thread.sleep(4 * PAUSE_MILLIS);
      }
    }

    private synchronized void note(int count) {
      total += count;
      sent.put(System.nanoTime(), total);
    }

    long by(long nanos) {
      Map.Entry<Long, Long> entry = sent.floorEntry(nanos);
      return entry == null ? 0 : entry.getValue();
    }
  }

  private Process start(Path manifest, OddServer server) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            FetchProgram.class.getName(),
            folder.resolve("f").toString(),
            "manifest:" + manifest,
            server.uri("/f").toString())
        .inheritIO()
        .start();
  }

  /// Whether it ends in this moment, or has.
  private static boolean ended(Process process) throws InterruptedException {
    return process.waitFor(5, TimeUnit.MILLISECONDS);
  }

  /// A second, half of one to write it down on a busy disk, and one for a busy machine.
  private static final long LATE_NANOS = 2_500_000_000L;

  /// Pieces as they are of large files: sixteen connections would have as many of them half there,
  /// if each began one of its own.
  @Test
  void aKillCostsNoMoreThanTheBoundAndASecond() throws Exception {
    int piece = CONTENT.length / 3;
    int count = 15;
    Manifest block = SwarmEngineTest.manifest(CONTENT, piece);
    List<Sha256> hashes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      hashes.add(block.pieces().get(i % 3));
    }
    Manifest manifest = new Manifest((long) count * piece, piece, hashes);
    Path told = Files.write(folder.resolve("manifest"), manifest.encoded());
    Paced paced = new Paced(manifest.sizeBytes());
    try (OddServer server = new OddServer(paced)) {
      Process process = start(told, server);
      while (paced.by(System.nanoTime()) < manifest.sizeBytes() * 2 / 3 && !ended(process)) {
        // until so much was sent
      }
      long killed = System.nanoTime();
      assertThat(process.isAlive()).isTrue();
      process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
      long due = paced.by(killed - LATE_NANOS) - (64L << 20);
      assertThat(due).as("bytes that came long enough before").isGreaterThan(4 << 20);
      assertThat(listedPieces() * piece).isGreaterThanOrEqualTo(due);
    }
  }

  @Test
  void whatWasListedIsNotFetchedAgain() throws Exception {
    Manifest manifest = SwarmEngineTest.manifest(CONTENT, PIECE);
    Path told = Files.write(folder.resolve("manifest"), manifest.encoded());
    try (OddServer slow = new OddServer(SLOW);
        OddServer fast = new OddServer(OddServer.good(CONTENT));
        SwarmEngine engine = new SwarmEngine(SwarmSettings.direct())) {
      long before = 0;
      for (int kill = 0; kill < KILLS; kill++) {
        Process process = start(told, slow);
        while (listedBytes() <= before && !ended(process)) {
          // until more is listed
        }
        assertThat(process.isAlive()).isTrue();
        process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        assertThat(listedBytes()).isGreaterThan(before);
        before = listedBytes();
        assertThat(folder.resolve("f")).doesNotExist();
      }

      Fetch.Result result =
          engine
              .fetch(
                  new FetchRequest(
                      folder.resolve("f"),
                      new Expected.Pieces(manifest, Optional.empty()),
                      List.of(new Source.Url(fast.uri("/f"), Map.of()))))
              .result()
              .join();

      assertThat(folder.resolve("f")).hasBinaryContent(CONTENT);
      assertThat(result.bytes()).isLessThanOrEqualTo(CONTENT.length - before + PIECE);
    }
  }
}
