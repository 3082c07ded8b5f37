package dev.ringrift.io.link;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ringrift.agent.port.Transport;
import dev.ringrift.agent.port.Transport.Peer;
import dev.ringrift.core.UserError;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Who answers which channel. Thread-safe.
final class Handlers {
  private static final Logger log = LoggerFactory.getLogger(Handlers.class);

  /// Longest text of an error.
  private static final int ERROR_BYTES_MAX = 8192;

  private final Map<String, Transport.Handler> byChannel = new ConcurrentHashMap<>();
  private volatile @Nullable BiFunction<String, byte[], byte[]> enrolment;
  private volatile String enrolChannel = "";

  void serve(String channel, Transport.Handler handler) {
    if (byChannel.putIfAbsent(channel, handler) != null) {
      throw new IllegalStateException("channel '%s' is served already".formatted(channel));
    }
  }

  void serveEnrolment(String channel, BiFunction<String, byte[], byte[]> handler) {
    enrolChannel = channel;
    enrolment = handler;
  }

  /// Whether nodes without a credential are let in to ask for one.
  boolean enrols() {
    return enrolment != null;
  }

  /// What came of a request.
  sealed interface Answer {
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Reply(byte[] body) implements Answer {}

    record Failed(String text) implements Answer {}
  }

  /// Runs the handler of a message, on the caller's thread.
  ///
  /// @param peer empty for a node without a credential, which may enrol and nothing else
  Answer answer(Optional<Peer> peer, String linkKey, Parcel parcel) {
    try {
      if (peer.isEmpty()) {
        return enrol(linkKey, parcel);
      }
      Transport.Handler handler = byChannel.get(parcel.channel());
      if (handler == null) {
        return new Answer.Failed("nothing here answers channel '%s'".formatted(parcel.channel()));
      }
      return new Answer.Reply(handler.handle(peer.get(), parcel.body()));
    } catch (UserError e) {
      return new Answer.Failed(e.text());
    } catch (Exception e) {
      // The far side is told that it failed; why is for this node's own log.
      log.error("the handler of channel '{}' failed", parcel.channel(), e);
      return new Answer.Failed(
          "the handler of channel '%s' failed: %s".formatted(parcel.channel(), e));
    }
  }

  private Answer enrol(String linkKey, Parcel parcel) {
    BiFunction<String, byte[], byte[]> handler = enrolment;
    if (handler == null || !parcel.channel().equals(enrolChannel)) {
      return new Answer.Failed(
          "not signed: this node has no credential yet and may only ask for one");
    }
    return new Answer.Reply(handler.apply(linkKey, parcel.body()));
  }

  static byte[] bytes(String text) {
    byte[] whole = text.getBytes(UTF_8);
    return whole.length <= ERROR_BYTES_MAX ? whole : Arrays.copyOf(whole, ERROR_BYTES_MAX);
  }
}
