package dev.ringrift.io.data.swarm;

import dev.ringrift.core.data.FetchOrder;
import dev.ringrift.core.data.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/// One range on its way from a source into the half file. The thread that reads it puts bytes in;
/// any other may cut it short or halt it, and after that not one byte more is written.
final class PieceTransfer {
  private final FetchOrder.Start order;
  private final SwarmSource source;
  private final int asked;
  private final long offset;
  private final PieceFile file;

  /// The bytes of a transfer that races: they must not be mixed with the other one's.
  private final @Nullable ByteBuffer memory;

  /// Of a transfer that has its piece to itself.
  private final @Nullable MessageDigest digest;

  private final int begin;
  private volatile int at;
  private volatile int end;
  private boolean halted;
  private @Nullable HttpConnection connection;

  /// @param offset of the piece in the file
  PieceTransfer(
      FetchOrder.Start order, SwarmSource source, long offset, int pieceLength, PieceFile file) {
    this.order = order;
    this.source = source;
    this.asked = source.renewals();
    this.offset = offset;
    this.file = file;
    this.begin = order.range().from();
    this.at = begin;
    this.end = order.range().to();
    boolean all = order.range().length() == pieceLength;
    this.memory = order.race() ? ByteBuffer.allocate(order.range().length()) : null;
    this.digest = all && !order.race() ? Digests.sha256() : null;
  }

  int number() {
    return order.transfer();
  }

  int piece() {
    return order.range().piece();
  }

  SwarmSource source() {
    return source;
  }

  /// Whether its source has been given other headers since it began.
  boolean outdated() {
    return source.renewals() != asked;
  }

  /// Whether it began as a race.
  boolean race() {
    return order.race();
  }

  int begin() {
    return begin;
  }

  int at() {
    return at;
  }

  int end() {
    return end;
  }

  /// Where its first byte is in the file.
  long first() {
    return offset + begin;
  }

  boolean complete() {
    return at == end;
  }

  /// Puts bytes in their place; returns whether more are wanted.
  synchronized boolean take(ByteBuffer bytes) {
    if (halted || at == end) {
      return false;
    }
    int count = Math.min(bytes.remaining(), end - at);
    ByteBuffer taken = bytes.slice(bytes.position(), count);
    ByteBuffer hashed = taken.duplicate();
    if (memory != null) {
      memory.put(taken);
    } else if (!file.write(piece(), at, taken)) {
      halted = true;
      return false;
    }
    if (digest != null) {
      digest.update(hashed);
    }
    at += count;
    return at < end;
  }

  /// Lets it end at `wanted` or where it is by now; returns its end.
  synchronized int cut(int wanted) {
    end = Math.min(end, Math.max(at, wanted));
    if (at == end) {
      disconnect();
    }
    return end;
  }

  /// Stops it where it is.
  synchronized void halt() {
    halted = true;
    disconnect();
  }

  /// Puts bytes in their place that were kept apart for a race. To be called when it is over.
  synchronized void settle() {
    if (memory != null) {
      file.write(piece(), begin, memory.duplicate().flip());
    }
  }

  /// The SHA-256 of the piece, when all of it came by this transfer and was hashed on the way.
  synchronized @Nullable Sha256 pieceDigest() {
    return digest != null && at == order.range().to() ? Sha256.of(digest.digest()) : null;
  }

  /// Says on which connection it is waited for; closes it at once when nobody waits any more.
  synchronized void on(HttpConnection opened) {
    connection = opened;
    if (halted) {
      disconnect();
    }
  }

  private void disconnect() {
    if (connection != null) {
      try {
        connection.close();
      } catch (IOException e) {
        throw new IllegalStateException("closing a socket", e);
      }
    }
  }
}
