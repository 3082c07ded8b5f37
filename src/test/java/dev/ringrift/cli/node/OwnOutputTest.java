package dev.ringrift.cli.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.core.jobs.AttemptId;
import dev.ringrift.io.api.LogSource.Chunk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnOutputTest {
  private static final AttemptId ID = AttemptId.parse("7.0.1");

  @TempDir Path data;
  private Path attempt;

  @BeforeEach
  void fill() throws IOException {
    attempt = Files.createDirectories(data.resolve("attempts/7.0.1"));
    Files.writeString(attempt.resolve("stdout"), "head" + "\0".repeat(1_000) + "tail");
    Files.writeString(attempt.resolve("stdout.hole"), "4 1004\n");
  }

  private Optional<Chunk> read(String stream, long offset) {
    return new OwnOutput(data).read(ID, stream, offset, 500, Duration.ZERO);
  }

  private static String text(Chunk chunk) {
    return new String(chunk.bytes(), StandardCharsets.UTF_8);
  }

  @Test
  void whatTheKeeperTookOutIsPassedOver() {
    Chunk head = read("stdout", 0).orElseThrow();
    assertThat(text(head)).isEqualTo("head");
    assertThat(head.size()).isEqualTo(1_008);
    Chunk tail = read("stdout", 4).orElseThrow();
    assertThat(text(tail)).isEqualTo("tail");
    assertThat(tail.offset()).isEqualTo(1_004);
    assertThat(text(read("stdout", 1_006).orElseThrow())).isEqualTo("il");
    assertThat(read("stdout", 1_008).orElseThrow().bytes()).isEmpty();
    assertThat(read("stderr", 0)).isEmpty();
  }

  @Test
  void itHasEndedOnceTheProgramHas() throws IOException {
    assertThat(read("stdout", 1_008).orElseThrow().ended()).isFalse();
    Files.writeString(attempt.resolve("ended.json"), "{}");
    assertThat(read("stdout", 1_008).orElseThrow().ended()).isTrue();
  }
}
