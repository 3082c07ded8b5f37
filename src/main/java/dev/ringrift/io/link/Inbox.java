package dev.ringrift.io.link;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Puts the messages of one link together from their frames. Not thread-safe: the link's event loop
/// is the only caller.
final class Inbox {
  /// Most bytes of messages that are not whole; a peer that keeps the outbox's limit stays below.
  static final long PARTIAL_BYTES_MAX = Outbox.QUEUED_BYTES_MAX + (1 << 20);

  /// Most messages that are not whole.
  static final int PARTIAL_MAX = Outbox.QUEUED_MAX;

  private final Map<Long, Parcel.Partial> partial = new HashMap<>();
  private long bytes;

  /// Takes a frame of a message and returns the message when it is whole.
  ///
  /// @throws IllegalArgumentException when it is not this protocol or goes beyond a limit
  Optional<Parcel> take(Frame frame) {
    Parcel.Partial message;
    if (frame.kind() == Frame.Kind.MORE) {
      message = partial.get(frame.id());
      if (message == null || frame.payload().length == 0) {
        throw new IllegalArgumentException("the rest of an unknown message");
      }
      message.add(frame);
      bytes += frame.payload().length;
    } else {
      message = new Parcel.Partial(frame);
      if (partial.putIfAbsent(frame.id(), message) != null) {
        throw new IllegalArgumentException("message %d twice".formatted(frame.id()));
      }
      bytes += message.bytes();
    }
    if (message.whole()) {
      partial.remove(frame.id());
      bytes -= message.bytes();
      return Optional.of(message.parcel());
    }
    if (bytes > PARTIAL_BYTES_MAX || partial.size() > PARTIAL_MAX) {
      throw new IllegalArgumentException(
          "%d unfinished messages with %d bytes".formatted(partial.size(), bytes));
    }
    return Optional.empty();
  }
}
