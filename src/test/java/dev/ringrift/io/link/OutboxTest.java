package dev.ringrift.io.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringrift.agent.port.Transport;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OutboxTest {
  private static final int LARGEST = Transport.BODY_BYTES_MAX;
  private final Outbox outbox = new Outbox();
  private final Inbox inbox = new Inbox();
  private final List<Long> arrived = new ArrayList<>();
  private long ids;

  private Parcel parcel(Frame.Kind kind, String channel, int bytes) {
    return new Parcel(kind, ++ids, 0, 0, channel, new byte[bytes]);
  }

  /// Moves frames to the inbox and says how many it took until `id` was whole.
  private int framesUntil(long id) {
    for (int frames = 1; ; frames++) {
      Frame frame = outbox.next().orElseThrow();
      assertThat(frame.payload().length).isLessThanOrEqualTo(Frame.PAYLOAD_BYTES_MAX);
      inbox.take(frame).ifPresent(whole -> arrived.add(whole.id()));
      if (arrived.contains(id)) {
        return frames;
      }
    }
  }

  @Test
  void smallMessageWaitsForAFrameNotForABody() {
    outbox.offer(parcel(Frame.Kind.ONEWAY, "logs", LARGEST));
    outbox.offer(parcel(Frame.Kind.REPLY, "", LARGEST));
    outbox.offer(parcel(Frame.Kind.ONEWAY, "beat", 20));
    assertThat(framesUntil(3)).isEqualTo(3);
    assertThat(arrived).containsExactly(3L);
  }

  @Test
  void framesOfTheLinkItselfGoFirst() {
    outbox.offer(parcel(Frame.Kind.ONEWAY, "logs", LARGEST));
    outbox.urgent(new Frame(Frame.Kind.PING, 7, new byte[0]));
    assertThat(outbox.next().orElseThrow().kind()).isEqualTo(Frame.Kind.PING);
  }

  @Test
  void onewaysOfAChannelAreNotOvertaken() {
    outbox.offer(parcel(Frame.Kind.ONEWAY, "n", LARGEST));
    outbox.offer(parcel(Frame.Kind.ONEWAY, "n", 1));
    outbox.offer(parcel(Frame.Kind.ONEWAY, "m", 1));
    framesUntil(2);
    assertThat(arrived).containsExactly(3L, 1L, 2L);
  }

  @Test
  void queueIsBoundedInBytesAndInMessagesAndTakesMoreWhenSomeHaveGone() {
    int taken = 0;
    while (outbox.offer(parcel(Frame.Kind.REQUEST, "x", LARGEST))) {
      taken++;
    }
    assertThat((long) taken * LARGEST).isLessThanOrEqualTo(Outbox.QUEUED_BYTES_MAX);
    framesUntil(1);
    assertThat(outbox.offer(parcel(Frame.Kind.REQUEST, "x", LARGEST))).isTrue();

    Outbox other = new Outbox();
    for (int i = 0; i < Outbox.QUEUED_MAX; i++) {
      assertThat(other.offer(parcel(Frame.Kind.ONEWAY, "x", 0))).isTrue();
    }
    assertThat(other.offer(parcel(Frame.Kind.ONEWAY, "x", 0))).isFalse();
  }

  @Test
  void bodiesOfEverySizeComeOutWhole() {
    for (int bytes : new int[] {0, 1, 65_000, 65_518, 65_519, 65_536, 131_072, 131_500}) {
      Parcel sent = parcel(Frame.Kind.REQUEST, "c", bytes);
      for (int i = 0; i < bytes; i++) {
        sent.body()[i] = (byte) (i * 7);
      }
      outbox.offer(sent);
      Optional<Parcel> got = Optional.empty();
      for (Optional<Frame> frame = outbox.next(); frame.isPresent(); frame = outbox.next()) {
        assertThat(got).isEmpty();
        got = inbox.take(frame.get());
      }
      assertThat(got.orElseThrow().body()).isEqualTo(sent.body());
      assertThat(got.orElseThrow().channel()).isEqualTo("c");
    }
  }

  @Test
  void peerThatBreaksALimitIsNotFollowed() {
    assertThatThrownBy(() -> new Parcel(Frame.Kind.ONEWAY, 1, 0, 0, "c", new byte[LARGEST + 1]))
        .hasMessageContaining("at most");
    byte[] tooLong = ByteBuffer.allocate(17).putInt(LARGEST + 1).array();
    assertThatThrownBy(() -> inbox.take(new Frame(Frame.Kind.ONEWAY, 1, tooLong)))
        .hasMessageContaining("at most");
    assertThatThrownBy(() -> inbox.take(new Frame(Frame.Kind.MORE, 99, new byte[1])))
        .hasMessageContaining("unknown message");
    assertThatThrownBy(() -> inbox.take(new Frame(Frame.Kind.ONEWAY, 1, new byte[3])))
        .hasMessageContaining("without a head");
    byte[] one = ByteBuffer.allocate(18).putInt(0).array();
    assertThatThrownBy(() -> inbox.take(new Frame(Frame.Kind.ONEWAY, 1, one)))
        .hasMessageContaining("longer than");
    assertThatThrownBy(
            () -> {
              byte[] begun = ByteBuffer.allocate(17).putInt(10).array();
              for (int i = 0; i <= Inbox.PARTIAL_MAX; i++) {
                inbox.take(new Frame(Frame.Kind.REQUEST, 1000 + i, begun));
              }
            })
        .hasMessageContaining("unfinished messages");
  }

  @Test
  void streamIsCutIntoFramesWhereverItIsSplit() {
    byte[] bytes = new Frame(Frame.Kind.BYE, 5, new byte[] {1, 2, 3}).encode();
    Frame.Reader reader = new Frame.Reader();
    List<Frame> frames = new ArrayList<>();
    for (int copy = 0; copy < 3; copy++) {
      for (byte each : bytes) {
        reader.read(ByteBuffer.wrap(new byte[] {each}), frames::add);
      }
    }
    assertThat(frames).hasSize(3);
    assertThat(frames.getLast().payload()).containsExactly(1, 2, 3);

    byte[] huge = ByteBuffer.allocate(4).putInt(Frame.PAYLOAD_BYTES_MAX + 10).array();
    assertThatThrownBy(() -> reader.read(ByteBuffer.wrap(huge), frames::add))
        .hasMessageContaining("at most");
    byte[] unknown = ByteBuffer.allocate(13).putInt(9).put((byte) 99).array();
    assertThatThrownBy(() -> new Frame.Reader().read(ByteBuffer.wrap(unknown), frames::add))
        .hasMessageContaining("unknown kind");
  }
}
