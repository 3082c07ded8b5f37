package dev.ringrift.io.logs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;

/// Reads one stream of an attempt from the file that the program writes. The keeper may take a
/// hole out of its middle, whose ends it writes to `stdout.hole` before: what is read there is
/// not output.
///
/// @param folder the attempt's
public record Tail(Path folder, LogStream stream) {
  /// Bytes of the file, from an offset at or after the one asked for.
  @SuppressWarnings("ArrayRecordComponent") // never compared, and a copy would cost
  record Piece(long offset, byte[] bytes, boolean last) {}

  /// Up to `max` bytes from `offset`, or from the end of the hole that it is in; nothing when there
  /// is no such stream.
  public Optional<LogPart> part(long offset, int max) throws IOException {
    Path file = folder.resolve(stream.label());
    boolean ended = ended();
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    Piece piece = read(offset, max);
    if (piece.offset > offset) {
      piece = read(piece.offset, max);
    }
    return Optional.of(new LogPart(piece.offset, piece.bytes, Files.size(file), ended));
  }

  /// Up to `max` bytes from `offset`, or from the end of the hole that it is in.
  Piece read(long offset, int max) throws IOException {
    // In this order: what is seen after the end was seen is all there will be.
    boolean ended = ended();
    Path file = folder.resolve(stream.label());
    if (!Files.exists(file)) {
      return new Piece(offset, new byte[0], ended);
    }
    long size = Files.size(file);
    ByteBuffer buffer = ByteBuffer.allocate(Math.clamp(size - offset, 0, max));
    try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
      while (buffer.hasRemaining() && in.read(buffer, offset + buffer.position()) >= 0) {
        // a read may give less than was asked for
      }
    }
    Hole hole = hole();
    if (offset >= hole.from && offset < hole.to) {
      return new Piece(hole.to, new byte[0], false);
    }
    int length = buffer.position();
    if (offset < hole.from && offset + length > hole.from) {
      length = (int) (hole.from - offset);
    }
    return new Piece(
        offset, Arrays.copyOf(buffer.array(), length), ended && offset + length >= size);
  }

  private boolean ended() {
    return Files.exists(folder.resolve("ended.json"));
  }

  private Hole hole() throws IOException {
    Path file = folder.resolve(stream.label() + ".hole");
    if (!Files.exists(file)) {
      return new Hole(0, 0);
    }
    String[] ends = Files.readString(file).strip().split(" ", -1);
    return new Hole(Long.parseLong(ends[0]), Long.parseLong(ends[1]));
  }

  private record Hole(long from, long to) {}
}
