package dev.ringrift.io.logs;

import dev.ringrift.core.jobs.AttemptId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/// One stream of one attempt: files of up to `SEGMENT_BYTES`, each named by the offset of its
/// first byte. Beyond its bound the oldest but the first are dropped, so that head and tail
/// stay. Not thread-safe.
final class Shelf {
  static final int SEGMENT_BYTES = 1 << 20;

  private final Path folder;
  private final String name;
  private final TreeMap<Long, Integer> segments = new TreeMap<>();
  private long bytes;
  private long length;

  Shelf(Path folder, AttemptId attempt, LogStream stream) {
    this.folder = folder;
    this.name = attempt + "." + stream.label() + ".";
  }

  /// Notes a file that is there from before.
  void found(long offset, int size) {
    segments.put(offset, size);
    bytes += size;
    length = Math.max(length, offset + size);
  }

  /// Bytes on disk.
  long bytes() {
    return bytes;
  }

  /// The offset after the last byte.
  long length() {
    return length;
  }

  /// Adds `data` at `offset`, which is not before the end.
  void append(long offset, byte[] data) throws IOException {
    if (offset < length) {
      throw new IllegalArgumentException(
          "offset %d is before the end %d of %s".formatted(offset, length, name));
    }
    int from = 0;
    while (from < data.length) {
      long at = offset + from;
      Map.Entry<Long, Integer> last = segments.lastEntry();
      boolean goesOn =
          last != null && last.getKey() + last.getValue() == at && last.getValue() < SEGMENT_BYTES;
      long segment = goesOn ? last.getKey() : at;
      int size = goesOn ? last.getValue() : 0;
      int part = Math.min(data.length - from, SEGMENT_BYTES - size);
      try (FileChannel out =
          FileChannel.open(file(segment), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        ByteBuffer buffer = ByteBuffer.wrap(data, from, part);
        long position = size;
        while (buffer.hasRemaining()) {
          position += out.write(buffer, position);
        }
      }
      segments.put(segment, size + part);
      bytes += part;
      from += part;
      length = at + part;
    }
    length = Math.max(length, offset);
  }

  /// Drops from the middle until at most `max` bytes are left, or only one segment.
  void trim(long max) throws IOException {
    while (bytes > max && segments.size() > 2) {
      drop(segments.higherKey(segments.firstKey()));
    }
    if (bytes > max && segments.size() == 2) {
      drop(segments.firstKey());
    }
  }

  /// Drops all there is; its length stays.
  void clear() throws IOException {
    while (!segments.isEmpty()) {
      drop(segments.firstKey());
    }
  }

  /// Up to `max` bytes from `offset`, or from the next that is kept.
  LogPart read(long offset, int max, boolean ended) throws IOException {
    Map.Entry<Long, Integer> at = segments.floorEntry(offset);
    if (at == null || at.getKey() + at.getValue() <= offset) {
      at = segments.ceilingEntry(offset);
    }
    if (at == null) {
      return new LogPart(Math.max(offset, length), new byte[0], length, ended);
    }
    long from = Math.max(offset, at.getKey());
    int wanted = (int) Math.min(max, at.getKey() + at.getValue() - from);
    ByteBuffer buffer = ByteBuffer.allocate(Math.max(wanted, 0));
    try (FileChannel in = FileChannel.open(file(at.getKey()), StandardOpenOption.READ)) {
      long start = from - at.getKey();
      while (buffer.hasRemaining() && in.read(buffer, start + buffer.position()) >= 0) {
        // a read may give less than was asked for
      }
    }
    return new LogPart(from, Arrays.copyOf(buffer.array(), buffer.position()), length, ended);
  }

  private void drop(long segment) throws IOException {
    Files.deleteIfExists(file(segment));
    Integer size = segments.remove(segment);
    bytes -= size == null ? 0 : size;
  }

  private Path file(long segment) {
    return folder.resolve(name + segment);
  }
}
