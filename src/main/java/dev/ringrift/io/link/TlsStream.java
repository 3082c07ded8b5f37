package dev.ringrift.io.link;

import java.nio.ByteBuffer;
import java.security.cert.Certificate;
import java.util.function.Consumer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;

/// Drives an `SSLEngine` over messages that arrive in order. Not thread-safe: the link's event loop
/// is the only caller.
final class TlsStream {
  /// Most bytes of records that wait for their rest: one record, and what came with it.
  private static final int UNREAD_BYTES_MAX = 256 << 10;

  private final SSLEngine engine;
  private final Consumer<byte[]> wire;
  private final Consumer<ByteBuffer> plain;
  private final Runnable handshaken;
  private ByteBuffer unread = ByteBuffer.allocate(64 << 10);
  private final ByteBuffer record;
  private final ByteBuffer clear;
  private boolean ready;

  /// @param wire takes a record to send
  /// @param plain takes what was received; the buffer is good during the call only
  /// @param handshaken called once, before anything plain
  TlsStream(
      SSLEngine engine, Consumer<byte[]> wire, Consumer<ByteBuffer> plain, Runnable handshaken) {
    this.engine = engine;
    this.wire = wire;
    this.plain = plain;
    this.handshaken = handshaken;
    this.record = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
    this.clear = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize());
  }

  /// Says the first word, as the side that dialled.
  void start() throws SSLException {
    engine.beginHandshake();
    advance();
  }

  /// Takes what came from the wire.
  void receive(byte[] bytes) throws SSLException {
    keep(bytes);
    advance();
  }

  /// Whether the handshake is done.
  boolean ready() {
    return ready;
  }

  /// Encrypts and sends; after the handshake only, for the engine takes nothing before.
  void send(byte[] bytes) throws SSLException {
    if (!ready) {
      throw new SSLException("nothing can be sent before the handshake is done");
    }
    ByteBuffer source = ByteBuffer.wrap(bytes);
    while (source.hasRemaining()) {
      wrap(source);
    }
  }

  /// The certificate whose key the other side has proven to hold.
  Certificate peerCertificate() throws SSLPeerUnverifiedException {
    return engine.getSession().getPeerCertificates()[0];
  }

  private void keep(byte[] bytes) throws SSLException {
    if (unread.position() + bytes.length > UNREAD_BYTES_MAX) {
      throw new SSLException("more than %d bytes without a record".formatted(UNREAD_BYTES_MAX));
    }
    if (unread.remaining() < bytes.length) {
      ByteBuffer larger = ByteBuffer.allocate(UNREAD_BYTES_MAX);
      larger.put(unread.flip());
      unread = larger;
    }
    unread.put(bytes);
  }

  private void advance() throws SSLException {
    while (true) {
      switch (engine.getHandshakeStatus()) {
        case NEED_TASK -> {
          for (Runnable task = engine.getDelegatedTask();
              task != null;
              task = engine.getDelegatedTask()) {
            task.run();
          }
        }
        case NEED_WRAP -> wrap(ByteBuffer.allocate(0));
        case NEED_UNWRAP, NEED_UNWRAP_AGAIN, NOT_HANDSHAKING, FINISHED -> {
          if (!unwrap()) {
            return;
          }
        }
      }
    }
  }

  private void wrap(ByteBuffer source) throws SSLException {
    record.clear();
    SSLEngineResult result = engine.wrap(source, record);
    if (result.getStatus() != SSLEngineResult.Status.OK) {
      throw new SSLException("cannot encrypt: " + result);
    }
    if (record.position() > 0) {
      byte[] bytes = new byte[record.position()];
      record.flip().get(bytes);
      wire.accept(bytes);
    }
    finished(result);
  }

  /// Reads one record, if it is there as a whole.
  private boolean unwrap() throws SSLException {
    unread.flip();
    clear.clear();
    SSLEngineResult result;
    try {
      result = engine.unwrap(unread, clear);
    } finally {
      unread.compact();
    }
    switch (result.getStatus()) {
      case BUFFER_UNDERFLOW -> {
        return false;
      }
      case CLOSED -> throw new SSLException("the other side ended TLS");
      case BUFFER_OVERFLOW -> throw new SSLException("a record is too large: " + result);
      case OK -> {
        finished(result);
        if (clear.position() > 0) {
          plain.accept(clear.flip());
        }
      }
    }
    return result.bytesConsumed() > 0
        || engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP
        || engine.getHandshakeStatus() == HandshakeStatus.NEED_TASK;
  }

  private void finished(SSLEngineResult result) {
    if (!ready && result.getHandshakeStatus() == HandshakeStatus.FINISHED) {
      ready = true;
      handshaken.run();
    }
  }
}
