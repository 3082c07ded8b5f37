package dev.ringrift.io.data.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.agent.data.Source;
import dev.ringrift.core.data.FetchOrder;
import dev.ringrift.core.data.PieceLayout;
import dev.ringrift.core.data.PiecePicker;
import dev.ringrift.core.data.PieceSet;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two sources race for the last bytes, and one of them, or both, come to nothing.
class RunningTransfersTest {
  private static final int MIB = 1 << 20;
  private static final int SIZE = 4 * MIB;
  private static final int WITH_NOTHING = 99;
  private static final long SECOND = 1_000_000_000L;

  private final PieceLayout layout = new PieceLayout(SIZE, SIZE);
  private final PiecePicker picker = new PiecePicker(layout, new SplittableRandom(1), 0);
  private PartFile part;
  private RunningTransfers running;
  private long now;

  @BeforeEach
  void open(@TempDir Path folder) throws Exception {
    part = PartFile.open(folder.resolve("f"));
    part.extend(SIZE);
    PieceFile file = new PieceFile(layout, part);
    running = new RunningTransfers(layout, file, picker, new Blame(file));
    picker.anyOrder(false);
    picker.add(WITH_NOTHING, now); // so that the piece is asked for at once
  }

  @AfterEach
  void close() throws Exception {
    part.close();
  }

  private static SwarmSource source(int number) {
    URI uri = URI.create("http://127.0.0.1:1/" + number);
    SwarmSettings settings = SwarmSettings.direct();
    Ways ways = new Ways(settings.proxy(), settings.tls());
    return new SwarmSource(number, new Source.Url(uri, Map.of()), Optional.empty(), ways);
  }

  /// A source with all of it that has nothing to do begins one transfer.
  private PieceTransfer begin(int source) {
    picker.add(source, now);
    picker.has(source, PieceSet.all(1), PieceSet.none(1));
    FetchOrder.Start start =
        picker.orders(now).stream()
            .filter(FetchOrder.Start.class::isInstance)
            .map(FetchOrder.Start.class::cast)
            .findFirst()
            .orElseThrow();
    return running.start(start, source(start.source()));
  }

  private void takes(PieceTransfer transfer, int bytes) {
    byte[] given = new byte[bytes];
    Arrays.fill(given, (byte) (transfer.source().number() + 1));
    transfer.take(ByteBuffer.wrap(given));
    running.look(now);
    picker.tick(now);
  }

  private boolean ends(PieceTransfer transfer) {
    assertThat(running.remove(transfer, now)).isTrue();
    return running.ended(transfer, now);
  }

  /// The first source gives a quarter and falls silent; another one races for the rest of it, and
  /// then the first one fails.
  private PieceTransfer alone() {
    PieceTransfer first = begin(0);
    now += SECOND;
    takes(first, MIB);
    now += SECOND;
    PieceTransfer second = begin(1);
    assertThat(second.race()).isTrue();
    assertThat(second.begin()).isEqualTo(MIB);
    takes(second, MIB / 2);
    ends(first);
    picker.drop(0);
    return second;
  }

  @Test
  void whatARaceBroughtThatIsAloneByThenIsInItsPlace() throws Exception {
    PieceTransfer second = alone();
    ends(second);
    picker.drop(1);
    PieceTransfer third = begin(2);
    assertThat(third.begin()).isEqualTo(MIB + MIB / 2);
    takes(third, SIZE);
    assertThat(ends(third)).as("all bytes are there").isTrue();
    assertContent(MIB, MIB / 2, SIZE - MIB - MIB / 2);
  }

  @Test
  void aRaceThatIsAloneMayBeRacedWithItself() throws Exception {
    PieceTransfer second = alone();
    now += SECOND;
    PieceTransfer third = begin(2);
    assertThat(third.race()).isTrue();
    takes(third, MIB);
    takes(second, SIZE);
    assertThat(ends(second)).as("all bytes are there").isTrue();
    List<FetchOrder> orders = picker.orders(now);
    assertThat(orders).containsExactly(new FetchOrder.Abandon(third.number(), 0));
    assertThat(running.halt(third.number(), now)).isSameAs(third);
    running.ended(third, now);
    assertThat(picker.orders(now)).isEmpty();
    assertContent(MIB, SIZE - MIB);
  }

  @Test
  void whoWinsAgainstOneThatWasARaceLeavesItWhatItBrought() throws Exception {
    PieceTransfer second = alone();
    now += SECOND;
    PieceTransfer third = begin(2);
    takes(third, SIZE);
    assertThat(ends(third)).as("all bytes are there").isTrue();
    assertThat(picker.orders(now)).isEmpty();
    assertThat(running.isEmpty()).isTrue();
    assertContent(MIB, MIB / 2, SIZE - MIB - MIB / 2);
    assertThat(second.complete()).isFalse();
  }

  /// So many bytes of each source in turn.
  private void assertContent(int... bytes) throws Exception {
    byte[] expected = new byte[SIZE];
    int at = 0;
    for (int i = 0; i < bytes.length; i++) {
      Arrays.fill(expected, at, at + bytes[i], (byte) (i + 1));
      at += bytes[i];
    }
    assertThat(Arrays.mismatch(Files.readAllBytes(part.path()), expected)).isEqualTo(-1);
  }
}
