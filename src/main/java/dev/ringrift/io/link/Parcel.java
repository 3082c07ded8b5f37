package dev.ringrift.io.link;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ringrift.agent.port.Transport;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// A whole message on a link. Its first frame's payload is `total u32 | answered u64 | deadline u32
/// | channel length u8 | channel | body`, those after it have body only.
///
/// @param kind ONEWAY, REQUEST, REPLY or ERROR
/// @param id unique among the sender's on this link
/// @param answered the id of the request that a REPLY or ERROR answers, otherwise 0
/// @param deadlineMillis how long the sender of a REQUEST will wait, otherwise 0
@SuppressWarnings("ArrayRecordComponent") // never compared
record Parcel(
    Frame.Kind kind, long id, long answered, int deadlineMillis, String channel, byte[] body) {
  private static final int HEAD_BYTES = 17;

  Parcel {
    if (body.length > Transport.BODY_BYTES_MAX) {
      throw new IllegalArgumentException(
          "a body of %d bytes; at most %d".formatted(body.length, Transport.BODY_BYTES_MAX));
    }
    if (channel.getBytes(UTF_8).length > 255) {
      throw new IllegalArgumentException("the name of channel '%s' is too long".formatted(channel));
    }
  }

  /// The frame that carries the body from byte `from` on.
  Frame frame(int from) {
    if (from > 0) {
      return new Frame(
          Frame.Kind.MORE,
          id,
          Arrays.copyOfRange(body, from, Math.min(body.length, from + Frame.PAYLOAD_BYTES_MAX)));
    }
    byte[] name = channel.getBytes(UTF_8);
    int first = Math.min(body.length, firstBytes());
    ByteBuffer payload =
        ByteBuffer.allocate(HEAD_BYTES + name.length + first)
            .putInt(body.length)
            .putLong(answered)
            .putInt(deadlineMillis)
            .put((byte) name.length)
            .put(name)
            .put(body, 0, first);
    return new Frame(kind, id, payload.array());
  }

  /// How much of the body the frame from byte `from` on carries.
  int carried(int from) {
    int room = from > 0 ? Frame.PAYLOAD_BYTES_MAX : firstBytes();
    return Math.min(body.length - from, room);
  }

  private int firstBytes() {
    return Frame.PAYLOAD_BYTES_MAX - HEAD_BYTES - channel.getBytes(UTF_8).length;
  }

  /// A message of which the first frame is here.
  static final class Partial {
    private final Frame.Kind kind;
    private final long id;
    private final long answered;
    private final int deadlineMillis;
    private final String channel;
    private final int total;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();

    /// @throws IllegalArgumentException when it is not this protocol
    Partial(Frame first) {
      ByteBuffer payload = ByteBuffer.wrap(first.payload());
      if (payload.remaining() < HEAD_BYTES) {
        throw new IllegalArgumentException("a message without a head");
      }
      kind = first.kind();
      id = first.id();
      total = payload.getInt();
      answered = payload.getLong();
      deadlineMillis = payload.getInt();
      int nameBytes = payload.get() & 0xff;
      if (total < 0 || total > Transport.BODY_BYTES_MAX || nameBytes > payload.remaining()) {
        throw new IllegalArgumentException(
            "a body of %d bytes; at most %d".formatted(total, Transport.BODY_BYTES_MAX));
      }
      byte[] name = new byte[nameBytes];
      payload.get(name);
      channel = new String(name, StandardCharsets.UTF_8);
      body.write(first.payload(), payload.position(), payload.remaining());
    }

    void add(Frame more) {
      body.writeBytes(more.payload());
    }

    int bytes() {
      return body.size();
    }

    /// @throws IllegalArgumentException when there is more than was said
    boolean whole() {
      if (body.size() > total) {
        throw new IllegalArgumentException("a body longer than its %d bytes".formatted(total));
      }
      return body.size() == total;
    }

    Parcel parcel() {
      return new Parcel(kind, id, answered, deadlineMillis, channel, body.toByteArray());
    }
  }
}
