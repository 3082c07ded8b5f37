package dev.ringrift.io.data.swarm;

import dev.ringrift.core.UserError;
import dev.ringrift.core.data.Manifest;
import dev.ringrift.core.data.PieceLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Map;
import java.util.Optional;

/// Reads the file from a source that gives no ranges, from its beginning to its end. It takes the
/// pieces that nobody else has or fetches; the others go by unread.
final class WholeStream implements Runnable {
  private static final int BUFFER_BYTES = 256 << 10;

  private final SwarmSource source;
  private final PieceLayout layout;
  private final Optional<Manifest> manifest;
  private final PieceFile file;
  private final Swarm swarm;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);

  WholeStream(
      SwarmSource source,
      PieceLayout layout,
      Optional<Manifest> manifest,
      PieceFile file,
      Swarm swarm) {
    this.source = source;
    this.layout = layout;
    this.manifest = manifest;
    this.file = file;
    this.swarm = swarm;
  }

  @Override
  public void run() {
    try {
      Asker.Reply reply = source.asker().ask(source.data(), Map.of(), connection -> {});
      try {
        read(reply);
        source.trouble("");
      } finally {
        source.asker().drop(reply.connection());
      }
    } catch (IOException | IllegalArgumentException e) {
      source.trouble(Ways.reason(e));
    } catch (UserError e) {
      swarm.fail(e);
    }
  }

  private void read(Asker.Reply reply) throws IOException {
    ReplyHead head = reply.head();
    long told = head.length().orElse(layout.sizeBytes());
    if (head.status() != 200 || !head.identity() || told != layout.sizeBytes()) {
      throw new IOException(
          "it answered %d with %d bytes of %d".formatted(head.status(), told, layout.sizeBytes()));
    }
    for (int piece = 0; piece < layout.count() && !swarm.complete(); piece++) {
      boolean right = false;
      boolean mine = swarm.claim(piece);
      try {
        byte[] digest = piece(reply.connection(), piece, mine);
        right = manifest.isEmpty() || manifest.get().pieces().get(piece).matches(digest);
      } finally {
        if (mine) {
          swarm.streamed(piece, right);
        }
      }
      if (mine && !right) {
        source.badPiece();
        throw new IOException("it gave piece %d with wrong bytes".formatted(piece));
      }
    }
    if (manifest.isEmpty() && reply.connection().read(buffer.clear()) >= 0) {
      throw new IOException("it gave more bytes than %d".formatted(layout.sizeBytes()));
    }
    swarm.offersWhole(source); // for what others had begun meanwhile, and do not bring to an end
  }

  private byte[] piece(HttpConnection connection, int piece, boolean mine) throws IOException {
    MessageDigest digest = Digests.sha256();
    int length = layout.length(piece);
    for (int at = 0; at < length; ) {
      buffer.clear().limit(Math.min(buffer.capacity(), length - at));
      int count = connection.read(buffer);
      if (count < 0) {
        throw new IOException("the reply ended before its last byte");
      }
      source.received(count);
      buffer.flip();
      if (mine) {
        digest.update(buffer.duplicate());
        file.write(piece, at, buffer);
      }
      at += count;
    }
    return digest.digest();
  }
}
