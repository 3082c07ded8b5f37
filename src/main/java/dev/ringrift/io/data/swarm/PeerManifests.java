package dev.ringrift.io.data.swarm;

import dev.ringrift.agent.data.Source;
import dev.ringrift.core.UserError;
import dev.ringrift.core.data.Manifest;
import dev.ringrift.core.data.ObjectId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// Asks data servers for manifests. Whoever answers need not be trusted: the
/// id is the manifest's hash.
public final class PeerManifests {
  private static final Duration ANSWER_MAX = Duration.ofSeconds(15);
  private static final int ASKED_MAX = 4;

  private final Ways ways;

  public PeerManifests(SwarmSettings settings) {
    this.ways = new Ways(settings.proxy(), settings.tls());
  }

  /// The manifest whose hash is `id`; blocks.
  ///
  /// @param from asked a few at a time, so that dead ones hold nobody up; the first that is right
  ///     counts
  /// @throws UserError when none of them gives it
  public Manifest get(ObjectId id, Collection<Source.Peer> from) {
    List<String> failures = Collections.synchronizedList(new ArrayList<>());
    Semaphore room = new Semaphore(ASKED_MAX);
    CompletableFuture<Optional<Manifest>> first = new CompletableFuture<>();
    AtomicInteger left = new AtomicInteger(from.size());
    if (from.isEmpty()) {
      first.complete(Optional.empty());
    }
    for (Source.Peer source : from) {
      Thread.ofVirtual()
          .name("manifest")
          .start(
              () -> {
                try {
                  room.acquireUninterruptibly();
                  if (!first.isDone()) {
                    first.complete(Optional.of(ask(id, source)));
                  }
                } catch (IOException | IllegalArgumentException e) {
                  failures.add("%s: %s".formatted(source.label(), Ways.reason(e)));
                } finally {
                  room.release();
                  if (left.decrementAndGet() == 0) {
                    first.complete(Optional.empty());
                  }
                }
              });
    }
    return first.join().orElseThrow(() -> nobody(id, failures));
  }

  private static UserError nobody(ObjectId id, List<String> failures) {
    return new UserError(
        "nobody gives the manifest of " + id,
        failures.isEmpty() ? "no node is known to have it" : String.join("\n", failures),
        "see who has it: ringrift data where");
  }

  private Manifest ask(ObjectId id, Source.Peer source) throws IOException {
    URI uri = SwarmSource.at(source.base(), Optional.of(id), "manifest");
    Asker asker = new Asker(uri, source::headers, false, ways);
    CompletableFuture.delayedExecutor(ANSWER_MAX.toMillis(), TimeUnit.MILLISECONDS)
        .execute(asker::close);
    try {
      Asker.Reply reply = asker.ask(uri, Map.of(), connection -> {});
      if (reply.head().status() != 200) {
        throw new IOException("it answered %d".formatted(reply.head().status()));
      }
      Manifest manifest = Manifest.decode(body(reply.connection()));
      if (!manifest.id().equals(id)) {
        throw new IOException("it gave the manifest of another file");
      }
      return manifest;
    } finally {
      asker.close();
    }
  }

  private static byte[] body(HttpConnection connection) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    ByteBuffer buffer = ByteBuffer.allocate(64 << 10);
    while (connection.read(buffer.clear()) >= 0) {
      buffer.flip();
      body.write(buffer.array(), 0, buffer.limit());
      if (body.size() > Manifest.ENCODED_BYTES_MAX) {
        throw new IOException("it is longer than any manifest");
      }
    }
    return body.toByteArray();
  }
}
