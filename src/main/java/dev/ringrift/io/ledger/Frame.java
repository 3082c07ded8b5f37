package dev.ringrift.io.ledger;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// What goes over the channel: one byte that says what it is, then the body. Failures are text:
/// Ratis's own helpers carry exceptions as serialised Java objects, and reading those would let any
/// voter run code on any other.
final class Frame {
  /// The channel of the transport.
  static final String CHANNEL = "ratis";

  /// The first byte. Numbers are on the wire: never change one.
  enum Kind {
    OK(0),
    FAILED(1),
    HELLO(10),
    PRE_VOTE(11),
    VOTE(12),
    /// A vote that the leader itself asked for.
    HANDED_VOTE(13),
    APPEND(14),
    SNAPSHOT(15),
    START_ELECTION(16),
    /// The leader has a voter open its ledger again with other timings.
    RETIME(17);

    private final byte code;

    Kind(int code) {
      this.code = (byte) code;
    }
  }

  private final Kind kind;
  private final byte[] body;

  Frame(Kind kind, byte[] body) {
    this.kind = kind;
    this.body = body;
  }

  static Frame failed(String why) {
    return new Frame(Kind.FAILED, why.getBytes(StandardCharsets.UTF_8));
  }

  /// @throws IllegalArgumentException when the bytes are no frame
  static Frame read(byte[] bytes) {
    if (bytes.length == 0) {
      throw new IllegalArgumentException("an empty message is no frame of the ledger");
    }
    for (Kind kind : Kind.values()) {
      if (kind.code == bytes[0]) {
        return new Frame(kind, Arrays.copyOfRange(bytes, 1, bytes.length));
      }
    }
    throw new IllegalArgumentException("kind %d is no frame of the ledger".formatted(bytes[0]));
  }

  Kind kind() {
    return kind;
  }

  byte[] body() {
    return body;
  }

  byte[] bytes() {
    byte[] bytes = new byte[body.length + 1];
    bytes[0] = kind.code;
    System.arraycopy(body, 0, bytes, 1, body.length);
    return bytes;
  }

  String text() {
    return new String(body, StandardCharsets.UTF_8);
  }
}
