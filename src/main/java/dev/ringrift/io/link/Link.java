package dev.ringrift.io.link;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ringrift.agent.port.Clock;
import dev.ringrift.agent.port.Transport.Peer;
import dev.ringrift.agent.port.Transport.TransportException;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.trust.Hello;
import dev.ringrift.core.trust.Identity;
import dev.ringrift.io.json.Json;
import io.vertx.core.Context;
import io.vertx.core.http.WebSocketBase;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;

/// One link: TLS, the greeting, and then messages both ways until it is closed.
///
/// Its state belongs to the event loop of its WebSocket; `send`, `request` and `close` may be
/// called from anywhere.
final class Link {
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

  private final Greeting greeting;

  /// To be called on `loop`, before the socket has anything to read.
  ///
  /// @param target what was dialled; empty on the side that was
  Link(Shared shared, WebSocketBase socket, Context loop, Optional<Target> target) {
    this.shared = shared;
    this.target = target;
    this.heart = new Heart(shared.clock(), shared.settings());
    this.wire = new FrameWire(socket, loop, shared.tls().engine(dialled()), new Events());
    this.exchange = new Exchange(shared, wire, this::peer, this::key);
    this.greeting =
        new Greeting(
            shared.identity(), () -> !dialled() && shared.handlers().enrols(), heart, new Course());
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
    return greeting.peer();
  }

  boolean dialled() {
    return target.isPresent();
  }

  Optional<Target> target() {
    return target;
  }

  /// The key that TLS proved.
  String key() {
    return greeting.key();
  }

  /// Which start of the other side's process it is.
  String instance() {
    return greeting.instance();
  }

  /// How long nothing has come from the other side.
  Duration silence() {
    return heart.silence();
  }

  /// Where the other side is, as far as this host sees.
  String from() {
    return wire.from();
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
    wire.onLoop(greeting::show);
  }

  private void take(Frame frame) {
    switch (frame.kind()) {
      case HELLO -> greeting.hello(Json.read(frame.payload(), Hello.class));
      case WELCOME -> greeting.welcome();
      case REFUSE -> end("refused: " + new String(frame.payload(), UTF_8));
      case BYE -> end("the other side ended it: " + new String(frame.payload(), UTF_8));
      case PING -> wire.urgent(new Frame(Frame.Kind.PONG, frame.id(), new byte[0]));
      case PONG -> heart.pong(frame.id());
      case ONEWAY, REQUEST, REPLY, ERROR, MORE -> {
        if (!greeting.isOpen()) {
          throw new IllegalArgumentException("a message before the link is open");
        }
        exchange.take(frame);
      }
    }
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
    greeting.recheck();
  }

  private void expectOpen() {
    if (!greeting.isOpen()) {
      end("no link within %d ms".formatted(shared.settings().handshakeMax().toMillis()));
    } else if (peer().isEmpty()) {
      // A node that only asks for a credential has had its time once more by then.
      long more = shared.settings().handshakeMax().toMillis();
      wire.after(more, () -> close("asking for a credential took too long"));
    }
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

  private final class Course implements Greeting.Course {
    @Override
    public void say(Frame.Kind kind, byte[] payload) {
      Link.this.say(kind, payload);
    }

    @Override
    public Optional<String> objection(Peer peer) {
      return shared.owner().objection(Link.this, peer);
    }

    @Override
    public void opened(Optional<Peer> peer) {
      wire.every(shared.settings().pingEvery().toMillis(), Link.this::tick);
      wire.every(shared.settings().recheckEvery().toMillis(), greeting::recheck);
      wire.urgent(heart.ping());
      peer.ifPresent(who -> shared.owner().opened(Link.this, who));
      peer.ifPresent(opened::complete);
    }

    @Override
    public void refuse(String text) {
      Link.this.say(Frame.Kind.REFUSE, text);
      end("this side refused: " + text);
    }

    @Override
    public void close(String reason) {
      Link.this.close(reason);
    }

    @Override
    public void onLoop(Runnable work) {
      wire.onLoop(
          () -> {
            if (!ended.get()) {
              work.run();
            }
          });
    }
  }

  private final class Events implements FrameWire.Listener {
    @Override
    public void handshaken(String proven) {
      greeting.begin(proven);
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
