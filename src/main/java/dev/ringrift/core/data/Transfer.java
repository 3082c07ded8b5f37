package dev.ringrift.core.data;

import org.jspecify.annotations.Nullable;

/// A range that is being fetched from a source. Not thread-safe.
final class Transfer {
  private static final long KNOWN_NANOS = 100_000_000L;

  private final int number;
  private final SourceState source;
  private final int piece;
  private final long beganAt;
  private final RateMeter meter;
  private final int from;
  private int at;
  private int to;
  private long lastByteAt;

  /// The other one at the same bytes: of the two, the one that began later.
  private @Nullable Transfer rival;

  private boolean race;

  Transfer(int number, SourceState source, PieceRange range, boolean race, long nowNanos) {
    this.number = number;
    this.source = source;
    this.piece = range.piece();
    this.from = range.from();
    this.at = range.from();
    this.to = range.to();
    this.race = race;
    this.beganAt = nowNanos;
    this.lastByteAt = nowNanos;
    this.meter = new RateMeter(nowNanos);
  }

  int number() {
    return number;
  }

  SourceState source() {
    return source;
  }

  int piece() {
    return piece;
  }

  int from() {
    return from;
  }

  int at() {
    return at;
  }

  int to() {
    return to;
  }

  int left() {
    return to - at;
  }

  boolean race() {
    return race;
  }

  @Nullable Transfer rival() {
    return rival;
  }

  void rival(@Nullable Transfer other) {
    rival = other;
  }

  /// The one that it raced with is gone: what it fetches now counts.
  void alone() {
    race = false;
    rival = null;
  }

  /// Takes note of how far it is; returns how many bytes that is more.
  int reached(int position, long nowNanos) {
    int more = Math.min(position, to) - at;
    if (more <= 0) {
      return 0;
    }
    if (at == from) {
      source.firstByteAfter((nowNanos - beganAt) / 1e9);
    }
    at += more;
    lastByteAt = nowNanos;
    meter.add(more, nowNanos);
    return more;
  }

  /// Ends it at `position`; returns the bytes that it gives up.
  int cut(int position) {
    int given = Math.max(0, to - Math.max(at, position));
    to -= given;
    source.relieved(given);
    return given;
  }

  /// Whether a byte of it came.
  boolean begun() {
    return at > from;
  }

  boolean silentFor(long nanos, long nowNanos) {
    return nowNanos - lastByteAt >= nanos;
  }

  int silentSeconds(long nowNanos) {
    return (int) ((nowNanos - lastByteAt) / 1_000_000_000L);
  }

  /// Whether it is old enough to be judged.
  boolean known(long nowNanos) {
    return nowNanos - beganAt >= KNOWN_NANOS;
  }

  double ageSeconds(long nowNanos) {
    return (nowNanos - beganAt) / 1e9;
  }

  /// Its own rate, or what its source gives to each while that is not known.
  double bytesPerSecond(long nowNanos) {
    return known(nowNanos) ? meter.bytesPerSecond() : source.rateOfEach();
  }

  /// When the rest of it would be there, in seconds from now; a day when nothing comes.
  double projectedSeconds(long nowNanos) {
    double silence = Math.max(0, (nowNanos - lastByteAt) / 1e9 - 0.25);
    double rate = bytesPerSecond(nowNanos) / (1 + silence);
    return rate < 1 ? 86_400 : left() / rate;
  }
}
