package dev.ringrift.io.link;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocketBase;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;

/// Frames over TLS over a WebSocket, with back-pressure: what the socket does not take waits in the
/// outbox. Its state belongs to the event loop of its WebSocket; `offer`, `wake` and `onLoop` may
/// be called from anywhere.
final class FrameWire {
  /// Bytes that the WebSocket may hold before no more are given to it: enough to keep a fast link
  /// busy, little enough that a ping is not far behind.
  private static final int SOCKET_BYTES_MAX = 256 << 10;

  /// Frames that are sent before others on this event loop get their turn.
  private static final int TURN_FRAMES_MAX = 16;

  /// What comes of a wire; called on its event loop.
  interface Listener {
    /// TLS stands; `key` is what the other side proved.
    void handshaken(String key);

    /// Some bytes came.
    void heard();

    void frame(Frame frame);

    /// It is of no use any more.
    void broken(String reason);
  }

  private final WebSocketBase socket;
  private final Context loop;
  private final Listener listener;
  private final TlsStream tls;
  private final Frame.Reader frames = new Frame.Reader();
  private final Outbox outbox = new Outbox();
  private final AtomicBoolean woken = new AtomicBoolean();
  private volatile boolean closed;

  /// To be called on `loop`, before the socket has anything to read.
  FrameWire(WebSocketBase socket, Context loop, SSLEngine engine, Listener listener) {
    this.socket = socket;
    this.loop = loop;
    this.listener = listener;
    this.tls =
        new TlsStream(
            engine,
            bytes -> socket.writeBinaryMessage(Buffer.buffer(bytes)),
            this::read,
            this::handshaken);
  }

  /// Where the other side is, as far as this host sees.
  String from() {
    return String.valueOf(socket.remoteAddress());
  }

  /// Begins the handshake.
  void start(boolean dialled) {
    socket.setWriteQueueMaxSize(SOCKET_BYTES_MAX);
    socket.binaryMessageHandler(message -> guarded(() -> tls.receive(message.getBytes())));
    socket.textMessageHandler(
        text -> listener.broken("the other side does not speak the link's protocol"));
    socket.drainHandler(drained -> flush());
    socket.exceptionHandler(
        failure -> listener.broken("the connection failed: " + failure.getMessage()));
    socket.closeHandler(ended -> listener.broken("the connection was closed by the other side"));
    if (dialled) {
      guarded(tls::start);
    }
  }

  /// Sends a frame of the link itself, before all messages; on the event loop only.
  void urgent(Frame frame) {
    outbox.urgent(frame);
    flush();
  }

  /// Takes a message, unless too many wait.
  boolean offer(Parcel parcel) {
    return closed || outbox.offer(parcel);
  }

  /// Sees to it that what waits is sent; many calls make one run.
  void wake() {
    if (!woken.getAndSet(true)) {
      onLoop(
          () -> {
            woken.set(false);
            flush();
          });
    }
  }

  void onLoop(Runnable step) {
    try {
      loop.runOnContext(now -> step.run());
    } catch (RejectedExecutionException e) {
      listener.broken("this node stops"); // the event loops have ended, and all sockets with them
    }
  }

  /// Calls `step` once, on the event loop, unless the wire is closed by then.
  void after(long millis, Runnable step) {
    loop.owner()
        .setTimer(
            millis,
            timer -> {
              if (!closed) {
                step.run();
              }
            });
  }

  /// Calls `step` again and again, on the event loop, until the wire is closed.
  void every(long millis, Runnable step) {
    loop.owner()
        .setPeriodic(
            millis,
            timer -> {
              if (closed) {
                loop.owner().cancelTimer(timer);
              } else {
                step.run();
              }
            });
  }

  void close() {
    closed = true;
    outbox.clear();
    if (!socket.isClosed()) {
      socket.close();
    }
  }

  private void handshaken() {
    String key;
    try {
      key = NodeCertificate.key(tls.peerCertificate().getPublicKey());
    } catch (SSLPeerUnverifiedException e) {
      listener.broken("the other side showed no key");
      return;
    }
    listener.handshaken(key);
  }

  private void read(ByteBuffer bytes) {
    listener.heard();
    Consumer<Frame> unlessClosed =
        frame -> {
          if (!closed) {
            listener.frame(frame);
          }
        };
    frames.read(bytes, unlessClosed);
  }

  private void flush() {
    guarded(
        () -> {
          for (int sent = 0;
              tls.ready() && !closed && !socket.isClosed() && !socket.writeQueueFull();
              sent++) {
            if (sent == TURN_FRAMES_MAX) {
              wake();
              return;
            }
            Optional<Frame> frame = outbox.next();
            if (frame.isEmpty()) {
              return;
            }
            tls.send(frame.get().encode());
          }
        });
  }

  private interface Step {
    void run() throws SSLException;
  }

  private void guarded(Step step) {
    if (closed) {
      return;
    }
    try {
      step.run();
    } catch (SSLException | IllegalArgumentException e) {
      listener.broken("protocol: " + e.getMessage());
    }
  }
}
