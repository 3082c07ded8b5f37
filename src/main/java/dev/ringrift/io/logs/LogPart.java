package dev.ringrift.io.logs;

/// A part of what one stream of an attempt printed.
///
/// @param offset of the first byte; beyond what was asked for where that is no longer kept
/// @param bytes empty where nothing is there yet
/// @param length how much the stream has printed as far as it is known
/// @param ended whether it will print no more
@SuppressWarnings("ArrayRecordComponent") // never compared, and a copy would cost
public record LogPart(long offset, byte[] bytes, long length, boolean ended) {
  /// Nothing is known of it.
  public static final LogPart NONE = new LogPart(0, new byte[0], 0, false);

  /// Of two copies' answers to one question the one that goes on from where it was asked, or as
  /// near behind that as can be, with what both know of the stream's length and end.
  LogPart or(LogPart other) {
    LogPart better = better(other) ? other : this;
    long longest = Math.max(length, other.length);
    boolean end = (ended && length == longest) || (other.ended && other.length == longest);
    return new LogPart(better.offset, better.bytes, longest, end);
  }

  private boolean better(LogPart other) {
    if (bytes.length == 0 || other.bytes.length == 0) {
      return bytes.length == 0 && (other.bytes.length > 0 || other.length > length);
    }
    return other.offset < offset || (other.offset == offset && other.bytes.length > bytes.length);
  }

  /// Where to go on reading.
  public long next() {
    return offset + bytes.length;
  }

  /// Whether everything that will ever be there has been read.
  public boolean last() {
    return ended && next() >= length;
  }
}
