package dev.ringrift.io.data.swarm;

import dev.ringrift.agent.data.Fetch;
import dev.ringrift.agent.data.Source;
import dev.ringrift.core.data.ObjectId;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/// One source of one fetch, and what it gave. Thread-safe.
final class SwarmSource {
  private static final int BUFFER_BYTES = 256 << 10;
  /// A node has a slot free again within a piece's time, and `Retry-After` knows whole seconds
  // only.
  private static final Duration BUSY_PEER = Duration.ofMillis(300);

  private static final Duration BUSY_MAX = Duration.ofSeconds(30);
  private static final ThreadLocal<ByteBuffer> BUFFER =
      ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(BUFFER_BYTES));

  private final int number;
  private final URI data;
  private final Asker asker;
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicInteger badPieces = new AtomicInteger();
  private final AtomicInteger renewals = new AtomicInteger();
  private volatile Source source;
  private volatile String trouble = "";
  private volatile String tag = "";
  private volatile boolean banned;
  private volatile Optional<URI> redirected = Optional.empty();

  /// @param id of the content, where the source is a peer
  SwarmSource(int number, Source source, Optional<ObjectId> id, Ways ways) {
    this.number = number;
    this.source = source;
    this.data =
        switch (source) {
          case Source.Url(URI url, _) -> url;
          case Source.Peer(URI base, _, _, _) -> at(base, id, "data");
        };
    this.asker = new Asker(data, () -> this.source.headers(), !peer(), ways);
  }

  /// The address of something of an object at a peer.
  static URI at(URI base, Optional<ObjectId> id, String what) {
    String path = base.getRawPath() == null ? "" : base.getRawPath().replaceAll("/+$", "");
    String name = id.map(ObjectId::toString).orElse("unknown");
    return base.resolve("%s/o/%s/%s".formatted(path, name, what));
  }

  int number() {
    return number;
  }

  Source source() {
    return source;
  }

  /// Takes new headers, if `other` is of the same server and file: what a node shows to another
  /// one is good for a short time. Returns whether it is.
  boolean renew(Source other) {
    boolean same =
        switch (other) {
          case Source.Url(URI url, _) -> !peer() && data.equals(url);
          case Source.Peer(URI base, _, _, _) ->
              source instanceof Source.Peer known && known.base().equals(base);
        };
    if (same) {
      source = other;
      renewals.incrementAndGet();
    }
    return same;
  }

  /// How often it was given other headers.
  int renewals() {
    return renewals.get();
  }

  Asker asker() {
    return asker;
  }

  boolean peer() {
    return source instanceof Source.Peer;
  }

  /// Whether it is said to have all of the file.
  boolean complete() {
    return switch (source) {
      case Source.Url _ -> true;
      case Source.Peer known -> known.complete();
    };
  }

  URI data() {
    return data;
  }

  String trouble() {
    return trouble;
  }

  /// @param why empty when there is none any more
  void trouble(String why) {
    trouble = why;
  }

  void badPiece() {
    badPieces.incrementAndGet();
    banned = true;
  }

  /// It has something else than what is wanted.
  void ban(String why) {
    banned = true;
    trouble = why;
  }

  /// It gets a chance by itself, where it was not known who is wrong.
  void again() {
    banned = false;
    trouble = "";
    asker.open();
  }

  /// Whether it gave wrong bytes, or has another file: then it gets no second chance.
  boolean banned() {
    return banned;
  }

  /// The ETag that it has to keep; empty for any.
  void tag(String wanted) {
    tag = wanted;
  }

  void received(int count) {
    bytes.addAndGet(count);
  }

  Fetch.Share share(double bytesPerSecond) {
    return new Fetch.Share(
        source.label(),
        bytes.get(),
        Math.round(bytesPerSecond),
        asker.inUse(),
        badPieces.get(),
        trouble);
  }

  /// Asks for the bytes of a transfer and puts them in; blocks until they are there or it fails.
  Pulled pull(PieceTransfer transfer, long fileBytes) {
    URI from = redirected.orElse(data);
    int end = transfer.end();
    if (end <= transfer.begin()) {
      return new Pulled.Done(); // others took all of it over before it was asked for
    }
    try {
      Map<String, String> headers = new LinkedHashMap<>();
      long last = transfer.first() + (end - transfer.begin()) - 1;
      headers.put("Range", "bytes=%d-%d".formatted(transfer.first(), last));
      Asker.Reply reply = asker.ask(from, headers, transfer::on);
      Optional<Pulled> refusal = refusal(reply, transfer.first(), last, fileBytes);
      if (refusal.isPresent()) {
        asker.drop(reply.connection());
        if (!from.equals(data)) {
          redirected = Optional.empty();
          return new Pulled.Failed("where it redirects to, " + reply.from() + ", failed");
        }
        return refusal.get();
      }
      redirected = reply.from().equals(data) ? Optional.empty() : Optional.of(reply.from());
      return read(transfer, reply.connection());
    } catch (IOException e) {
      redirected = Optional.empty();
      return transfer.complete() ? new Pulled.Done() : new Pulled.Failed(Ways.reason(e));
    } catch (IllegalArgumentException e) {
      return new Pulled.Refused(Ways.reason(e));
    }
  }

  private Pulled read(PieceTransfer transfer, HttpConnection connection) throws IOException {
    ByteBuffer buffer = BUFFER.get();
    Gathering gathering = new Gathering(connection.roomBytes());
    boolean wanted = true;
    try {
      while (wanted) {
        buffer.clear();
        int count = connection.read(buffer);
        if (count < 0) {
          break;
        }
        received(count);
        wanted = transfer.take(buffer.flip());
        long pause = wanted ? gathering.pauseNanos(count, transfer.end() - transfer.at()) : 0;
        if (pause > 0) {
          LockSupport.parkNanos(pause);
        }
      }
    } catch (IOException | RuntimeException e) {
      asker.drop(connection);
      throw e;
    }
    asker.giveBack(connection);
    return transfer.complete()
        ? new Pulled.Done()
        : new Pulled.Failed("the reply ended before its last byte");
  }

  /// Why a reply is not what was asked for; empty when it is.
  private Optional<Pulled> refusal(Asker.Reply reply, long first, long last, long fileBytes)
      throws IOException {
    ReplyHead head = reply.head();
    if (head.status() != 206) {
      return Optional.of(other(head));
    }
    ReplyHead.ContentRange range = head.range().orElse(new ReplyHead.ContentRange(-1, -1, -1));
    if (range.size() != fileBytes) {
      return refused("its file has %d bytes, not %d".formatted(range.size(), fileBytes));
    }
    if (range.first() != first || range.last() != last) {
      return refused(
          "it gave bytes %d-%d of %d-%d".formatted(range.first(), range.last(), first, last));
    }
    if (head.length().orElse(last - first + 1) != last - first + 1) {
      return refused(
          "it announced %d bytes of %d".formatted(head.length().orElse(0), last - first + 1));
    }
    if (!head.identity()) {
      return refused("it sends the file encoded as " + head.header("content-encoding"));
    }
    if (!tag.isEmpty() && !tag.equals(head.header("etag"))) {
      return refused(
          "its file changed: the ETag was %s and is %s".formatted(tag, head.header("etag")));
    }
    return Optional.empty();
  }

  private Pulled other(ReplyHead head) {
    return switch (head.status()) {
      case 200 -> peer() ? new Pulled.Failed("it gave no range") : new Pulled.NoRanges();
      case 429, 503 -> new Pulled.Busy(peer() ? BUSY_PEER : wait(head.header("retry-after")));
      case 416 -> peer() ? new Pulled.Lacking() : new Pulled.Refused("it has no such range (416)");
      case 401, 403 -> new Pulled.Refused("it does not let us (%d)".formatted(head.status()));
      case 404, 410 ->
          peer()
              ? new Pulled.Failed("it does not have it")
              : new Pulled.Refused("it does not have it (%d)".formatted(head.status()));
      default -> new Pulled.Failed("it answered %d".formatted(head.status()));
    };
  }

  private static Optional<Pulled> refused(String why) {
    return Optional.of(new Pulled.Refused(why));
  }

  private static Duration wait(String retryAfter) {
    Duration wait =
        retryAfter.matches("\\d{1,6}")
            ? Duration.ofSeconds(Long.parseLong(retryAfter))
            : Duration.ofSeconds(1);
    return wait.compareTo(BUSY_MAX) > 0 ? BUSY_MAX : wait.isZero() ? Duration.ofMillis(100) : wait;
  }
}
