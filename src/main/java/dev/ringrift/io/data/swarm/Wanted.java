package dev.ringrift.io.data.swarm;

import dev.ringrift.agent.data.FetchRequest.Expected;
import dev.ringrift.core.data.Manifest;
import dev.ringrift.core.data.PieceLayout;
import dev.ringrift.core.data.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Optional;

/// The content that a fetch is for.
///
/// @param tag the ETag that all sources have, where nothing else says what it is
record Wanted(PieceLayout layout, Expected expected, String tag) {
  private static final int READ_BYTES = 1 << 20;

  Optional<Manifest> manifest() {
    return expected instanceof Expected.Pieces(Manifest manifest, _)
        ? Optional.of(manifest)
        : Optional.empty();
  }

  /// The SHA-256 of the whole that is to be looked at in the end: with hashes of the pieces
  /// there is no need.
  Optional<Sha256> whole() {
    return expected instanceof Expected.Whole(Sha256 sha256)
        ? Optional.of(sha256)
        : Optional.empty();
  }

  /// By what a half file is known to be of the same content.
  byte[] key() {
    String text =
        switch (expected) {
          case Expected.Pieces(Manifest manifest, _) -> "pieces " + manifest.id();
          case Expected.Whole(Sha256 sha256) -> "whole %s %d".formatted(sha256, layout.sizeBytes());
          // Without an ETag nothing says that it is the same content: never the same key.
          case Expected.Unverified() ->
              "tag %s %d %d"
                  .formatted(tag, layout.sizeBytes(), tag.isEmpty() ? System.nanoTime() : 0);
        };
    return Digests.sha256().digest(text.getBytes(StandardCharsets.UTF_8));
  }

  /// Whether `file` is it already.
  static boolean already(Path file, Expected expected) throws IOException {
    if (!Files.isRegularFile(file)) {
      return false;
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return switch (expected) {
        case Expected.Pieces(Manifest manifest, _) -> holds(channel, manifest);
        case Expected.Whole(Sha256 sha256) -> sha256.matches(digest(channel, 0, channel.size()));
        case Expected.Unverified() -> false;
      };
    }
  }

  private static boolean holds(FileChannel channel, Manifest manifest) throws IOException {
    boolean same = channel.size() == manifest.sizeBytes();
    for (int piece = 0; same && piece < manifest.pieceCount(); piece++) {
      byte[] digest = digest(channel, manifest.offset(piece), manifest.length(piece));
      same = manifest.pieces().get(piece).matches(digest);
    }
    return same;
  }

  private static byte[] digest(FileChannel channel, long offset, long length) throws IOException {
    MessageDigest digest = Digests.sha256();
    ByteBuffer buffer = ByteBuffer.allocateDirect(READ_BYTES);
    for (long done = 0; done < length; ) {
      buffer.clear().limit((int) Math.min(buffer.capacity(), length - done));
      int count = channel.read(buffer, offset + done);
      if (count < 0) {
        break;
      }
      digest.update(buffer.flip());
      done += count;
    }
    return digest.digest();
  }
}
