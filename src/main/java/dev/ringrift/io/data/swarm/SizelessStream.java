package dev.ringrift.io.data.swarm;

import dev.ringrift.agent.data.FetchRequest.Expected;
import dev.ringrift.core.UserError;
import dev.ringrift.core.data.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/// Reads a file whose length no source tells, as from a server that makes it while it sends it:
/// from one source after the other, each from its beginning. Nothing of it can be gone on from.
final class SizelessStream {
  private static final int BUFFER_BYTES = 256 << 10;
  private static final long TICK_MILLIS = 100;
  private static final long SILENCE_NANOS = 10_000_000_000L;

  private final PartFile part;
  private final Expected expected;
  private final Executor threads;
  private final BooleanSupplier cancelled;

  SizelessStream(PartFile part, Expected expected, Executor threads, BooleanSupplier cancelled) {
    this.part = part;
    this.expected = expected;
    this.threads = threads;
    this.cancelled = cancelled;
  }

  /// Gives the file its name when one of the sources has given it rightly; returns whether one has.
  /// What was wrong with the others is their trouble.
  ///
  /// @throws UserError when the disk refuses
  boolean read(List<SwarmSource> sources) throws InterruptedException {
    for (SwarmSource source : sources) {
      part.clear();
      CompletableFuture<Long> reading =
          CompletableFuture.supplyAsync(() -> readOne(source), threads);
      try {
        long size = await(source, reading);
        if (size >= 0) {
          part.publish(size);
          return true;
        }
      } catch (ExecutionException e) {
        part.delete();
        throw e.getCause() instanceof UserError known ? known : new CompletionException(e);
      }
    }
    part.delete();
    return false;
  }

  private long await(SwarmSource source, CompletableFuture<Long> reading)
      throws InterruptedException, ExecutionException {
    long bytes = 0;
    long since = System.nanoTime();
    while (true) {
      try {
        return reading.get(TICK_MILLIS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        long now = System.nanoTime();
        if (source.share(0).bytes() != bytes) {
          bytes = source.share(0).bytes();
          since = now;
        }
        if (cancelled.getAsBoolean() || now - since > SILENCE_NANOS) {
          source.asker().close();
        }
      }
    }
  }

  /// How many bytes the file has; negative when the source did not give it.
  private long readOne(SwarmSource source) {
    try {
      Asker.Reply reply = source.asker().ask(source.data(), Map.of(), connection -> {});
      try {
        return readOne(source, reply);
      } finally {
        source.asker().drop(reply.connection());
      }
    } catch (IOException | IllegalArgumentException e) {
      source.trouble(Ways.reason(e));
      return -1;
    }
  }

  private long readOne(SwarmSource source, Asker.Reply reply) throws IOException {
    ReplyHead head = reply.head();
    if (head.status() != 200 || !head.identity()) {
      throw new IOException("it answered %d".formatted(head.status()));
    }
    boolean ends = head.chunked() || head.length().isPresent();
    if (!ends && expected instanceof Expected.Unverified) {
      throw new IOException(
          "it does not say where the file ends, and without a hash nothing else tells whether it is"
              + " whole");
    }
    MessageDigest digest = Digests.sha256();
    ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    long at = 0;
    for (int count = 0; count >= 0; count = reply.connection().read(buffer.clear())) {
      source.received(count);
      buffer.limit(count).position(0);
      digest.update(buffer.duplicate());
      part.write(buffer, at);
      at += count;
    }
    if (expected instanceof Expected.Whole(Sha256 wanted)) {
      Sha256 found = Sha256.of(digest.digest());
      if (!found.equals(wanted)) {
        throw new IOException(
            "it gave %d bytes with the SHA-256 %s, not %s".formatted(at, found, wanted));
      }
    }
    source.trouble("");
    return at;
  }
}
