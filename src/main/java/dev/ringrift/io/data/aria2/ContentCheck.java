package dev.ringrift.io.data.aria2;

import dev.ringrift.agent.data.FetchRequest.Expected;
import dev.ringrift.core.data.Manifest;
import dev.ringrift.core.data.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;

/// Reads a file to see whether it is what was expected; aria2's own word is not enough. Blocks for
/// as long as the reading takes, on a platform thread: a virtual one would hold its carrier.
final class ContentCheck {
  private static final int BUFFER_BYTES = 1 << 20;

  private ContentCheck() {}

  /// What is wrong with the file; empty when nothing is.
  static Optional<String> trouble(Path file, Expected expected) throws IOException {
    return switch (expected) {
      case Expected.Pieces pieces -> trouble(file, pieces);
      case Expected.Whole whole -> ofWhole(file, whole.sha256());
      case Expected.Unverified unverified -> Optional.empty();
    };
  }

  private static Optional<String> trouble(Path file, Expected.Pieces expected) throws IOException {
    Manifest manifest = expected.manifest();
    MessageDigest whole = sha256();
    MessageDigest piece = sha256();
    ByteBuffer buffer = ByteBuffer.allocate(Math.min(BUFFER_BYTES, manifest.pieceLength()));
    try (FileChannel in = open(file)) {
      if (in.size() != manifest.sizeBytes()) {
        return Optional.of("it has %d bytes, not %d".formatted(in.size(), manifest.sizeBytes()));
      }
      for (int i = 0; i < manifest.pieceCount(); i++) {
        int left = manifest.length(i);
        while (left > 0) {
          buffer.clear().limit(Math.min(buffer.capacity(), left));
          int read = in.read(buffer);
          if (read < 0) {
            return Optional.of("it became shorter while it was read");
          }
          left -= read;
          buffer.flip();
          whole.update(buffer.duplicate());
          piece.update(buffer);
        }
        if (!manifest.pieces().get(i).matches(piece.digest())) {
          return Optional.of("piece %d of %d is wrong".formatted(i, manifest.pieceCount()));
        }
      }
    }
    return expected.sha256().flatMap(wanted -> differs(wanted, whole.digest()));
  }

  private static Optional<String> ofWhole(Path file, Sha256 wanted) throws IOException {
    MessageDigest whole = sha256();
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    try (FileChannel in = open(file)) {
      while (in.read(buffer) >= 0) {
        whole.update(buffer.flip());
        buffer.clear();
      }
    }
    return differs(wanted, whole.digest());
  }

  private static Optional<String> differs(Sha256 wanted, byte[] digest) {
    return wanted.matches(digest)
        ? Optional.empty()
        : Optional.of("its SHA-256 is %s, not %s".formatted(Sha256.of(digest), wanted));
  }

  private static FileChannel open(Path file) throws IOException {
    return FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
