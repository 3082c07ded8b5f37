package dev.ringrift.io.link;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ringrift.agent.port.Clock;
import dev.ringrift.agent.port.Transport.Peer;
import dev.ringrift.agent.port.Transport.TransportException;
import dev.ringrift.core.trust.Hello;
import dev.ringrift.core.trust.Identity;
import dev.ringrift.core.trust.Verdict;
import dev.ringrift.io.json.Json;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocketBase;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One link: TLS, the hellos, and then messages both ways.
///
/// ```
/// TLS ──► hello sent and received ──► welcome sent and received ──► open (or enrolling) ──► closed
/// ```
/// Its state belongs to the event loop of its WebSocket; `send`, `request` and `close` may be
/// called from anywhere.
final class Link {
  private static final Logger log = LoggerFactory.getLogger(Link.class);

  /// Bytes that the WebSocket may hold before no more are given to it: enough to keep a fast link
  /// busy, little enough that a ping is not far behind.
  private static final int SOCKET_BYTES_MAX = 256 << 10;

  /// Frames that are sent before others on this event loop get their turn.
  private static final int TURN_FRAMES_MAX = 16;

  /// What all links of a transport share.
  record Shared(
      Identity identity,
      LinkTls tls,
      Clock clock,
      LinkSettings settings,
      Handlers handlers,
      ScheduledExecutorService timer,
      Owner owner) {}

  /// Who is told of a link's fate.
  interface Owner {
    /// Whether the link may open, now that it is known who is on the other side.
    Optional<String> objection(Link link, Peer peer);

    void opened(Link link, Peer peer);

    void closed(Link link, String reason);
  }

  private final Shared shared;
  private final WebSocketBase socket;
  private final Context loop;
  private final TlsStream tls;
  private final Frame.Reader frames = new Frame.Reader();
  private final Inbox inbox = new Inbox();
  private final Outbox outbox = new Outbox();
  private final Requests requests;
  private final Delivery delivery;
  private final Heart heart;
  private final AtomicLong ids = new AtomicLong();
  private final AtomicBoolean flushing = new AtomicBoolean();
  private final CompletableFuture<Peer> opened = new CompletableFuture<>();
  private final boolean dialled;

  private volatile String key = "";
  private volatile Optional<Peer> peer = Optional.empty();
  private volatile @Nullable Hello shown;
  private volatile boolean closed;
  private boolean greeted;
  private boolean accepted;
  private boolean welcomed;
  private boolean open;

  /// To be called on `loop`, before the socket has anything to read.
  Link(Shared shared, WebSocketBase socket, Context loop, boolean dialled) {
    this.shared = shared;
    this.socket = socket;
    this.loop = loop;
    this.dialled = dialled;
    this.requests = new Requests(shared.timer());
    this.delivery = new Delivery(this::run, this::serve);
    this.heart = new Heart(shared.clock(), shared.settings());
    this.tls =
        new TlsStream(
            shared.tls().engine(dialled),
            bytes -> socket.writeBinaryMessage(Buffer.buffer(bytes)),
            this::readPlain,
            this::greet);
  }

  /// Begins the handshake.
  void start() {
    socket.setWriteQueueMaxSize(SOCKET_BYTES_MAX);
    socket.binaryMessageHandler(message -> guarded(() -> tls.receive(message.getBytes())));
    socket.textMessageHandler(text -> end("the other side does not speak the link's protocol"));
    socket.drainHandler(drained -> flush());
    socket.exceptionHandler(failure -> end("the connection failed: " + failure.getMessage()));
    socket.closeHandler(ended -> end("the connection was closed by the other side"));
    long deadline = shared.settings().handshakeMax().toMillis();
    loop.owner().setTimer(deadline, timer -> expectOpen());
    if (dialled) {
      guarded(tls::start);
    }
  }

  /// Completes when the link is open: with who is on the other side.
  CompletableFuture<Peer> opened() {
    return opened;
  }

  /// Who is on the other side, empty before it has proven it and when it is not a member yet.
  Optional<Peer> peer() {
    return peer;
  }

  boolean dialled() {
    return dialled;
  }

  /// The key that TLS proved.
  String key() {
    return key;
  }

  /// The smoothed round trip, empty before the first pong.
  Optional<Duration> rtt() {
    return heart.rtt();
  }

  void send(String channel, byte[] body) {
    Parcel parcel =
        new Parcel(Frame.Kind.ONEWAY, ids.incrementAndGet(), 0, 0, channel, body.clone());
    if (!closed && !outbox.offer(parcel)) {
      log.debug("the queue to {} is full: a message on '{}' was dropped", peer, channel);
    }
    wake();
  }

  CompletableFuture<byte[]> request(String channel, byte[] body, Duration deadline) {
    long id = ids.incrementAndGet();
    int millis = Math.clamp(deadline.toMillis(), 1, Integer.MAX_VALUE);
    Parcel parcel = new Parcel(Frame.Kind.REQUEST, id, 0, millis, channel, body.clone());
    CompletableFuture<byte[]> answer = requests.begin(id, deadline, "channel '" + channel + "'");
    if (!outbox.offer(parcel)) {
      requests.fail(id, "the queue of the link is full");
    }
    wake();
    return answer;
  }

  /// Ends the link and tells the other side why.
  void close(String reason) {
    onLoop(
        () -> {
          say(Frame.Kind.BYE, reason);
          end(reason);
        });
  }

  /// Shows the node's newest credential on an open link.
  void showCredential() {
    onLoop(() -> say(Frame.Kind.HELLO, Json.bytes(shared.identity().hello())));
  }

  private void greet() {
    try {
      key = NodeCertificate.key(tls.peerCertificate().getPublicKey());
    } catch (SSLPeerUnverifiedException e) {
      end("the other side showed no key");
      return;
    }
    say(Frame.Kind.HELLO, Json.bytes(shared.identity().hello()));
  }

  private void readPlain(ByteBuffer bytes) {
    heart.heard();
    frames.read(bytes, this::take);
  }

  private void take(Frame frame) {
    if (closed) {
      return;
    }
    switch (frame.kind()) {
      case HELLO -> judge(Json.read(frame.payload(), Hello.class));
      case WELCOME -> {
        welcomed = true;
        openWhenAgreed();
      }
      case REFUSE -> end("refused: " + new String(frame.payload(), UTF_8));
      case BYE -> end("the other side ended it: " + new String(frame.payload(), UTF_8));
      case PING -> urgent(new Frame(Frame.Kind.PONG, frame.id(), new byte[0]));
      case PONG -> heart.pong(frame.id());
      case ONEWAY, REQUEST, REPLY, ERROR, MORE -> {
        if (!open) {
          throw new IllegalArgumentException("a message before the link is open");
        }
        inbox.take(frame).ifPresent(this::deliver);
      }
    }
  }

  /// Judges a hello away from the event loop: it checks signatures, and may write what it learns.
  private void judge(Hello theirs) {
    if (greeted && !open) {
      throw new IllegalArgumentException("two hellos");
    }
    greeted = true;
    Thread.startVirtualThread(
        () -> {
          Verdict verdict = shared.identity().judge(theirs, key);
          onLoop(() -> decide(theirs, verdict));
        });
  }

  private void decide(Hello theirs, Verdict verdict) {
    if (closed) {
      return;
    }
    switch (verdict) {
      case Verdict.Refused refused -> refuse(refused.text());
      case Verdict.Enrolling enrolling -> {
        if (open || dialled || !shared.handlers().enrols()) {
          refuse("not signed: the operator has not signed the key of this node yet");
        } else {
          accept(theirs);
        }
      }
      case Verdict.Accepted fine -> {
        Peer found = new Peer(fine.credential().node(), fine.credential().role());
        Optional<String> objection =
            open && !peer.equals(Optional.of(found))
                ? Optional.of("the credential is no longer that of the same node and role")
                : shared.owner().objection(this, found);
        if (objection.isPresent()) {
          refuse(objection.get());
          return;
        }
        if (!fine.warning().isEmpty()) {
          log.warn("{}", fine.warning());
        }
        peer = Optional.of(found);
        heart.told(theirs.wallMillis());
        accept(theirs);
      }
    }
  }

  private void accept(Hello theirs) {
    shown = theirs;
    if (!accepted) {
      accepted = true;
      say(Frame.Kind.WELCOME, new byte[0]);
      openWhenAgreed();
    }
  }

  private void openWhenAgreed() {
    if (!accepted || !welcomed || open) {
      return;
    }
    open = true;
    long every = shared.settings().pingEvery().toMillis();
    long recheckEvery = shared.settings().recheckEvery().toMillis();
    loop.owner().setPeriodic(every, timer -> tick(timer));
    loop.owner().setPeriodic(recheckEvery, timer -> recheck(timer));
    urgent(heart.ping());
    peer.ifPresent(who -> shared.owner().opened(this, who));
    peer.ifPresent(opened::complete);
  }

  private void tick(long timer) {
    Optional<Duration> silence = heart.tooSilent();
    if (closed) {
      loop.owner().cancelTimer(timer);
    } else if (silence.isPresent()) {
      end("nothing came for %d ms".formatted(silence.get().toMillis()));
    } else {
      urgent(heart.ping());
    }
  }

  private void recheck(long timer) {
    if (closed) {
      loop.owner().cancelTimer(timer);
    } else {
      recheck();
    }
  }

  /// Closes the link if the other side was revoked, or its credential ended long ago.
  void recheck() {
    Hello held = shown;
    if (held == null || held.credential().isEmpty()) {
      return;
    }
    Thread.startVirtualThread(
        () ->
            shared
                .identity()
                .recheck(held.credential(), heart.theirMillis())
                .ifPresent(refused -> close(refused.text())));
  }

  private void expectOpen() {
    if (!open) {
      end("no link within %d ms".formatted(shared.settings().handshakeMax().toMillis()));
    } else if (peer.isEmpty()) {
      // A node that only asks for a credential has had its time once more by then.
      long more = shared.settings().handshakeMax().toMillis();
      loop.owner().setTimer(more, timer -> close("asking for a credential took too long"));
    }
  }

  private void deliver(Parcel parcel) {
    switch (parcel.kind()) {
      case REPLY -> requests.answer(parcel.answered(), parcel.body());
      case ERROR -> requests.fail(parcel.answered(), new String(parcel.body(), UTF_8));
      case ONEWAY -> {
        if (!delivery.take(parcel)) {
          log.debug("too much from {} on '{}': a message was dropped", peer, parcel.channel());
        }
      }
      default -> {
        if (!delivery.take(parcel)) {
          reply(Frame.Kind.ERROR, parcel.id(), Handlers.bytes("busy: too many requests at once"));
        }
      }
    }
  }

  private void run(Parcel parcel) {
    shared.handlers().answer(peer, key, parcel);
  }

  private void serve(Parcel parcel) {
    switch (shared.handlers().answer(peer, key, parcel)) {
      case Handlers.Answer.Reply reply -> reply(Frame.Kind.REPLY, parcel.id(), reply.body());
      case Handlers.Answer.Failed failed ->
          reply(Frame.Kind.ERROR, parcel.id(), Handlers.bytes(failed.text()));
    }
  }

  private void reply(Frame.Kind kind, long request, byte[] body) {
    if (!outbox.offer(new Parcel(kind, ids.incrementAndGet(), request, 0, "", body))) {
      log.debug("the queue to {} is full: an answer was dropped", peer);
    }
    wake();
  }

  private void refuse(String text) {
    say(Frame.Kind.REFUSE, text);
    end("this side refused: " + text);
  }

  private void say(Frame.Kind kind, String text) {
    say(kind, Handlers.bytes(text));
  }

  private void say(Frame.Kind kind, byte[] payload) {
    urgent(new Frame(kind, 0, payload));
  }

  private void urgent(Frame frame) {
    outbox.urgent(frame);
    flush();
  }

  /// Sees to it that what waits is sent; many calls make one run.
  private void wake() {
    if (!flushing.getAndSet(true)) {
      onLoop(
          () -> {
            flushing.set(false);
            flush();
          });
    }
  }

  private void flush() {
    guarded(
        () -> {
          for (int frames = 0; !closed && !socket.writeQueueFull(); frames++) {
            if (frames == TURN_FRAMES_MAX) {
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

  private void onLoop(Runnable step) {
    try {
      loop.runOnContext(now -> step.run());
    } catch (RejectedExecutionException e) {
      closed = true; // the event loops have ended, and all sockets with them
      requests.failAll("this node stops");
    }
  }

  private void end(String reason) {
    if (closed) {
      return;
    }
    closed = true;
    outbox.clear();
    socket.close();
    requests.failAll("the link was closed: " + reason);
    opened.completeExceptionally(new TransportException(reason));
    shared.owner().closed(this, reason);
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
      end("protocol: " + e.getMessage());
    }
  }
}
