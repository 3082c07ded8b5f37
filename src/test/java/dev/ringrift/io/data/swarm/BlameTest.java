package dev.ringrift.io.data.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.agent.data.Source;
import dev.ringrift.core.data.PieceLayout;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlameTest {
  @TempDir Path folder;

  private static SwarmSource source(int number) {
    Source source = new Source.Url(URI.create("http://h%d/f".formatted(number)), Map.of());
    return new SwarmSource(number, source, Optional.empty(), ways());
  }

  @Test
  void theLoserOfARaceAnswersForWhatItGaveBeforeIt() throws Exception {
    SwarmSource loser = source(0);
    SwarmSource winner = source(1);
    try (PartFile part = PartFile.open(folder.resolve("f"))) {
      PieceFile file = new PieceFile(new PieceLayout(100, 100), part);
      Blame blame = new Blame(file);
      file.write(0, 0, ByteBuffer.wrap(new byte[70])); // the first forty are wrong
      blame.gave(loser, 0, 0, 70, null);
      file.write(0, 40, ByteBuffer.wrap(ones(60)));
      blame.gave(winner, 0, 40, 100, null);

      assertThat(blame.wrong(0)).isEmpty(); // not known yet whose

      file.write(0, 0, ByteBuffer.wrap(ones(100)));
      assertThat(blame.right(0)).containsExactly(loser);
    }
  }

  @Test
  void whatIsOverwrittenInTheMiddleLeavesBothEnds() throws Exception {
    SwarmSource first = source(0);
    SwarmSource second = source(1);
    try (PartFile part = PartFile.open(folder.resolve("f"))) {
      PieceFile file = new PieceFile(new PieceLayout(100, 100), part);
      Blame blame = new Blame(file);
      file.write(0, 0, ByteBuffer.wrap(ones(90)));
      file.write(0, 90, ByteBuffer.wrap(new byte[10])); // wrong, and of the first
      blame.gave(first, 0, 0, 100, null);
      blame.gave(second, 0, 40, 60, null);

      assertThat(blame.wrong(0)).isEmpty();

      file.write(0, 0, ByteBuffer.wrap(ones(100)));
      assertThat(blame.right(0)).containsExactly(first);
    }
  }

  private static Ways ways() {
    SwarmSettings settings = SwarmSettings.direct();
    return new Ways(settings.proxy(), settings.tls());
  }

  private static byte[] ones(int count) {
    byte[] bytes = new byte[count];
    java.util.Arrays.fill(bytes, (byte) 1);
    return bytes;
  }
}
