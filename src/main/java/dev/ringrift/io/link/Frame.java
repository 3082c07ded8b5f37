package dev.ringrift.io.link;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/// One frame of the link's protocol: `length u32 | kind u8 | id u64 | payload`, big-endian, where
/// `length` counts what follows it.
///
/// @param id of the message that it begins or continues; of a ping, the sender's time
@SuppressWarnings("ArrayRecordComponent") // never compared
record Frame(Kind kind, long id, byte[] payload) {
  /// Most bytes of a payload. Small, so that a heartbeat waits for one of these, never for a whole
  /// body.
  static final int PAYLOAD_BYTES_MAX = 64 << 10;

  private static final int HEAD_BYTES = 9;

  /// What a frame is, and its number on the wire.
  enum Kind {
    HELLO(1),
    WELCOME(2),
    REFUSE(3),
    BYE(4),
    PING(5),
    PONG(6),
    ONEWAY(7),
    REQUEST(8),
    REPLY(9),
    ERROR(10),
    MORE(11);

    private static final Map<Integer, Kind> BY_NUMBER =
        Arrays.stream(values()).collect(Collectors.toMap(kind -> kind.number, kind -> kind));

    private final int number;

    Kind(int number) {
      this.number = number;
    }
  }

  byte[] encode() {
    return ByteBuffer.allocate(4 + HEAD_BYTES + payload.length)
        .putInt(HEAD_BYTES + payload.length)
        .put((byte) kind.number)
        .putLong(id)
        .put(payload)
        .array();
  }

  /// Cuts a stream into frames. Not thread-safe.
  static final class Reader {
    private final ByteBuffer held = ByteBuffer.allocate(4 + HEAD_BYTES + PAYLOAD_BYTES_MAX);

    /// Takes bytes and hands on the frames that are whole.
    ///
    /// @throws IllegalArgumentException when it is not this protocol
    void read(ByteBuffer bytes, Consumer<Frame> frames) {
      while (bytes.hasRemaining()) {
        move(bytes, Math.min(bytes.remaining(), missing()));
        if (held.position() >= 4 && missing() == 0) {
          frames.accept(take());
        }
      }
    }

    private int missing() {
      if (held.position() < 4) {
        return 4 - held.position();
      }
      int length = held.getInt(0);
      if (length < HEAD_BYTES || length > HEAD_BYTES + PAYLOAD_BYTES_MAX) {
        throw new IllegalArgumentException(
            "a frame of %d bytes; at most %d".formatted(length, HEAD_BYTES + PAYLOAD_BYTES_MAX));
      }
      return 4 + length - held.position();
    }

    private void move(ByteBuffer bytes, int count) {
      held.put(held.position(), bytes, bytes.position(), count);
      held.position(held.position() + count);
      bytes.position(bytes.position() + count);
    }

    private Frame take() {
      Kind kind = Kind.BY_NUMBER.get((int) held.get(4));
      if (kind == null) {
        throw new IllegalArgumentException("a frame of the unknown kind " + held.get(4));
      }
      byte[] payload = new byte[held.position() - 4 - HEAD_BYTES];
      held.get(4 + HEAD_BYTES, payload);
      Frame frame = new Frame(kind, held.getLong(5), payload);
      held.clear();
      return frame;
    }
  }
}
