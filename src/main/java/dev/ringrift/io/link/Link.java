package dev.ringrift.io.link;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ringrift.agent.port.Clock;
import dev.ringrift.agent.port.Transport.Peer;
import dev.ringrift.agent.port.Transport.TransportException;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.trust.Hello;
import dev.ringrift.core.trust.Identity;
import dev.ringrift.core.trust.Verdict;
import dev.ringrift.io.json.Json;
import io.vertx.core.Context;
import io.vertx.core.http.WebSocketBase;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
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

  /// What all links of a transport share.
  record Shared(
      Identity identity,
      LinkTls tls,
      Clock clock,
      LinkSettings settings,
      Handlers handlers,
      ScheduledExecutorService timer,
      Owner owner) {}

  /// What was dialled.
  ///
  /// @param node who has to be there; empty for any voter
  record Target(String address, Optional<NodeId> node) {}

  /// Who is told of a link's fate.
  interface Owner {
    /// Whether the link may open, now that it is known who is on the other side.
    Optional<String> objection(Link link, Peer peer);

    void opened(Link link, Peer peer);

    void closed(Link link, String reason);
  }

  private final Shared shared;
  private final Optional<Target> target;
  private final FrameWire wire;
  private final Exchange exchange;
  private final Heart heart;
  private final AtomicBoolean ended = new AtomicBoolean();
  private final CompletableFuture<Peer> opened = new CompletableFuture<>();

  private volatile String key = "";
  private volatile Optional<Peer> peer = Optional.empty();
  private volatile @Nullable Hello shown;
  private boolean greeted;
  private boolean accepted;
  private boolean welcomed;
  private boolean open;

  /// To be called on `loop`, before the socket has anything to read.
  ///
  /// @param target what was dialled; empty on the side that was
  Link(Shared shared, WebSocketBase socket, Context loop, Optional<Target> target) {
    this.shared = shared;
    this.target = target;
    this.heart = new Heart(shared.clock(), shared.settings());
    this.wire = new FrameWire(socket, loop, shared.tls().engine(dialled()), new Events());
    this.exchange = new Exchange(shared, wire, this::peer, this::key);
  }

  /// Begins the handshake.
  void start() {
    wire.after(shared.settings().handshakeMax().toMillis(), this::expectOpen);
    wire.start(dialled());
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
    return target.isPresent();
  }

  Optional<Target> target() {
    return target;
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
    exchange.send(channel, body);
  }

  CompletableFuture<byte[]> request(String channel, byte[] body, Duration deadline) {
    return exchange.request(channel, body, deadline);
  }

  /// Ends the link and tells the other side why.
  void close(String reason) {
    wire.onLoop(
        () -> {
          say(Frame.Kind.BYE, reason);
          end(reason);
        });
  }

  /// Shows the node's newest credential on an open link.
  void showCredential() {
    wire.onLoop(() -> say(Frame.Kind.HELLO, Json.bytes(shared.identity().hello())));
  }

  private void take(Frame frame) {
    switch (frame.kind()) {
      case HELLO -> judge(Json.read(frame.payload(), Hello.class));
      case WELCOME -> {
        welcomed = true;
        openWhenAgreed();
      }
      case REFUSE -> end("refused: " + new String(frame.payload(), UTF_8));
      case BYE -> end("the other side ended it: " + new String(frame.payload(), UTF_8));
      case PING -> wire.urgent(new Frame(Frame.Kind.PONG, frame.id(), new byte[0]));
      case PONG -> heart.pong(frame.id());
      case ONEWAY, REQUEST, REPLY, ERROR, MORE -> {
        if (!open) {
          throw new IllegalArgumentException("a message before the link is open");
        }
        exchange.take(frame);
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
          wire.onLoop(() -> decide(theirs, verdict));
        });
  }

  private void decide(Hello theirs, Verdict verdict) {
    if (ended.get()) {
      return;
    }
    switch (verdict) {
      case Verdict.Refused refused -> refuse(refused.text());
      case Verdict.Enrolling enrolling -> {
        if (open || dialled() || !shared.handlers().enrols()) {
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
    wire.every(shared.settings().pingEvery().toMillis(), this::tick);
    wire.every(shared.settings().recheckEvery().toMillis(), this::recheck);
    wire.urgent(heart.ping());
    peer.ifPresent(who -> shared.owner().opened(this, who));
    peer.ifPresent(opened::complete);
  }

  private void tick() {
    Optional<Duration> silence = heart.tooSilent();
    if (silence.isPresent()) {
      end("nothing came for %d ms".formatted(silence.get().toMillis()));
    } else {
      wire.urgent(heart.ping());
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
      wire.after(more, () -> close("asking for a credential took too long"));
    }
  }

  private void refuse(String text) {
    say(Frame.Kind.REFUSE, text);
    end("this side refused: " + text);
  }

  private void say(Frame.Kind kind, String text) {
    say(kind, Handlers.bytes(text));
  }

  private void say(Frame.Kind kind, byte[] payload) {
    wire.urgent(new Frame(kind, 0, payload));
  }

  private void end(String reason) {
    if (ended.getAndSet(true)) {
      return;
    }
    wire.close();
    exchange.end("the link was closed: " + reason);
    opened.completeExceptionally(new TransportException(reason));
    shared.owner().closed(this, reason);
  }

  private final class Events implements FrameWire.Listener {
    @Override
    public void handshaken(String proven) {
      key = proven;
      say(Frame.Kind.HELLO, Json.bytes(shared.identity().hello()));
    }

    @Override
    public void heard() {
      heart.heard();
    }

    @Override
    public void frame(Frame frame) {
      take(frame);
    }

    @Override
    public void broken(String reason) {
      end(reason);
    }
  }
}
