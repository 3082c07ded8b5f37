package dev.ringrift.io.link;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ringrift.agent.port.Transport;
import dev.ringrift.agent.port.Transport.Peer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The messages of one open link: one-way, requests, and their answers. Thread-safe but for `take`,
/// which belongs to the link's event loop.
final class Exchange {
  private static final Logger log = LoggerFactory.getLogger(Exchange.class);

  private final Handlers handlers;
  private final FrameWire wire;
  private final Supplier<Optional<Peer>> peer;
  private final Supplier<String> key;
  private final Inbox inbox = new Inbox();
  private final Requests requests;
  private final Delivery delivery = new Delivery(this::run, this::serve);
  private final AtomicLong ids = new AtomicLong();

  /// @param peer who is on the other side, empty when it is not a member yet
  /// @param key that TLS proved
  Exchange(
      Link.Shared shared, FrameWire wire, Supplier<Optional<Peer>> peer, Supplier<String> key) {
    this.handlers = shared.handlers();
    this.wire = wire;
    this.peer = peer;
    this.key = key;
    this.requests = new Requests(shared.timer());
  }

  void send(String channel, byte[] body) {
    Parcel parcel =
        new Parcel(Frame.Kind.ONEWAY, ids.incrementAndGet(), 0, 0, channel, body.clone());
    if (!wire.offer(parcel)) {
      log.debug("the queue to {} is full: a message on '{}' was dropped", peer.get(), channel);
    }
    wire.wake();
  }

  CompletableFuture<byte[]> request(String channel, byte[] body, Duration deadline) {
    long id = ids.incrementAndGet();
    int millis = Math.clamp(deadline.toMillis(), 1, Integer.MAX_VALUE);
    Parcel parcel = new Parcel(Frame.Kind.REQUEST, id, 0, millis, channel, body.clone());
    CompletableFuture<byte[]> answer = requests.begin(id, deadline, "channel '" + channel + "'");
    if (answer.isDone()) {
      return answer; // too many are in flight, or the link is closed
    }
    if (!wire.offer(parcel)) {
      requests.fail(id, "the queue of the link is full");
    }
    wire.wake();
    return answer;
  }

  /// Takes a frame of a message.
  ///
  /// @throws IllegalArgumentException when it is not this protocol
  void take(Frame frame) {
    inbox.take(frame).ifPresent(this::deliver);
  }

  /// Fails what waits for an answer.
  void end(String reason) {
    requests.failAll(reason);
  }

  private void deliver(Parcel parcel) {
    switch (parcel.kind()) {
      case REPLY -> requests.answer(parcel.answered(), parcel.body());
      case ERROR -> requests.fail(parcel.answered(), new String(parcel.body(), UTF_8));
      case ONEWAY -> {
        if (!delivery.take(parcel)) {
          log.debug(
              "too much from {} on '{}': a message was dropped", peer.get(), parcel.channel());
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
    handlers.answer(peer.get(), key.get(), parcel);
  }

  private void serve(Parcel parcel) {
    switch (handlers.answer(peer.get(), key.get(), parcel)) {
      case Handlers.Answer.Reply reply when reply.body().length > Transport.BODY_BYTES_MAX ->
          reply(
              Frame.Kind.ERROR,
              parcel.id(),
              Handlers.bytes("the answer has %d bytes".formatted(reply.body().length)));
      case Handlers.Answer.Reply reply -> reply(Frame.Kind.REPLY, parcel.id(), reply.body());
      case Handlers.Answer.Failed failed ->
          reply(Frame.Kind.ERROR, parcel.id(), Handlers.bytes(failed.text()));
    }
  }

  private void reply(Frame.Kind kind, long request, byte[] body) {
    if (!wire.offer(new Parcel(kind, ids.incrementAndGet(), request, 0, "", body))) {
      log.debug("the queue to {} is full: an answer was dropped", peer.get());
    }
    wire.wake();
  }
}
