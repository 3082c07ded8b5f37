package dev.ringrift.io.data.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.agent.data.Source;
import dev.ringrift.core.data.FetchOrder;
import dev.ringrift.core.data.PieceLayout;
import dev.ringrift.core.data.PieceRange;
import dev.ringrift.core.data.PieceSet;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What becomes of pieces that come from several sides.
class SwarmTest {
  private static final PieceLayout THREE = new PieceLayout(30, 10);

  @TempDir Path folder;
  private final List<Integer> landed = new ArrayList<>();
  private PartFile part;
  private PieceFile file;
  private Swarm swarm;

  private void open() {
    part = PartFile.open(folder.resolve("f"));
    file = new PieceFile(THREE, part);
    Swarm.Landing landing =
        new Swarm.Landing() {
          @Override
          public void landed(int piece) {
            landed.add(piece);
          }

          @Override
          public void changed(PieceSet verified, PieceSet coming) {}
        };
    // Nothing is carried out: what is asked for stays on its way.
    swarm = new Swarm(THREE, Optional.empty(), file, task -> {}, landing);
  }

  @AfterEach
  void close() {
    swarm.close();
    part.close();
  }

  private static SwarmSource source(int number) {
    Source url = new Source.Url(URI.create("http://127.0.0.1:1/" + number), Map.of());
    SwarmSettings settings = SwarmSettings.direct();
    Ways ways = new Ways(settings.proxy(), settings.tls());
    return new SwarmSource(number, url, Optional.empty(), ways);
  }

  @Test
  void aPieceCountsOnceWhoeverBringsIt() {
    open();
    swarm.keepBack(List.of(0));
    assertThat(swarm.claim(1)).isTrue();
    swarm.checked(0, true);
    swarm.streamed(1, true);
    swarm.streamed(1, true);
    swarm.streamed(0, true);

    assertThat(swarm.complete()).isFalse();
    assertThat(swarm.piecesLeft()).isOne();
    assertThat(landed).containsExactly(0, 1);
  }

  @Test
  void aTransferOfWhichOthersTookAllAsksForNothing() {
    open();
    SwarmSource nobody = source(0); // nothing listens there
    FetchOrder.Start order = new FetchOrder.Start(1, 0, new PieceRange(1, 4, 10), false);
    PieceTransfer transfer = new PieceTransfer(order, nobody, 10, 10, file);

    assertThat(transfer.cut(4)).isEqualTo(4);
    assertThat(nobody.pull(transfer, 30)).isEqualTo(new Pulled.Done());
  }

  @Test
  void aListedPieceUnderCheckIsNobodyElses() {
    open();
    swarm.keepBack(List.of(0));

    assertThat(swarm.claim(0)).isFalse();
    assertThat(file.write(0, 0, ByteBuffer.allocate(10))).isFalse();

    swarm.checked(0, false);
    assertThat(swarm.claim(0)).isTrue();
    assertThat(file.write(0, 0, ByteBuffer.allocate(10))).isTrue();
  }

  @Test
  void aStreamBeginsWhenNothingElseRunsAndAllListedIsChecked() {
    open();
    SwarmSource ranges = source(0);
    SwarmSource whole = source(1);
    swarm.keepBack(List.of(0));
    swarm.add(ranges);
    swarm.offersWhole(whole);

    assertThat(swarm.wholeOnly()).isEmpty();
    swarm.drop(ranges, "of no use");
    assertThat(swarm.wholeOnly()).isEmpty();
    swarm.checked(0, true);
    assertThat(swarm.wholeOnly()).contains(whole);
  }

  @Test
  void aStreamLeavesAlonePiecesThatOthersFetch() {
    open();
    SwarmSource ranges = source(0);
    swarm.add(ranges); // is asked for two pieces
    assertThat(swarm.claim(0)).isFalse();
    assertThat(swarm.claim(2)).isTrue();

    swarm.drop(ranges, "of no use");

    assertThat(swarm.claim(0)).isTrue();
    assertThat(swarm.claim(2)).isFalse();
  }

  @Test
  void nobodyWritesIntoWhatIsVerified() {
    open();
    assertThat(swarm.claim(2)).isTrue();
    swarm.streamed(2, true);

    assertThat(file.write(2, 3, ByteBuffer.allocate(1))).isFalse();
    assertThat(file.write(1, 3, ByteBuffer.allocate(1))).isTrue();
  }
}
