package dev.ringrift.core.data;

import java.util.BitSet;

/// What is known of one source: what it has, how fast it is, and whether it may be asked now.
/// Not thread-safe.
final class SourceState {
  /// Faults in a row after which a source is given up.
  static final int FAULTS_MAX = 6;

  /// The same for one that never gave a byte.
  static final int FAULTS_OF_A_STRANGER_MAX = 3;

  private static final int PENALTY_SECONDS_MAX = 64;
  private static final long PATIENCE_NANOS_MAX = 60_000_000_000L;
  private static final int PATIENCE_RTTS = 2;
  private static final double KNOWN_SECONDS = 0.1;
  private static final double RTT_WEIGHT = 0.3;

  private final int number;
  private final RateMeter meter;
  private final ConnectionCount connections;
  private BitSet has = new BitSet();
  private BitSet coming = new BitSet();
  private int active;
  private long queuedBytes;
  private long bytes;
  private long unmeasured;
  private double rttSeconds;
  private int faults;
  private long lastByteAt;
  private long notBefore;
  private long faultyUntil;
  private boolean dropped;

  SourceState(int number, int connectionsMax, long nowNanos) {
    this.number = number;
    this.meter = new RateMeter(nowNanos);
    this.connections = new ConnectionCount(connectionsMax, nowNanos);
    this.notBefore = nowNanos;
    this.faultyUntil = nowNanos;
  }

  int number() {
    return number;
  }

  BitSet has() {
    return has;
  }

  BitSet coming() {
    return coming;
  }

  void know(BitSet nowHas, BitSet nowComing) {
    has = nowHas;
    coming = nowComing;
  }

  boolean ready(long nowNanos) {
    return !dropped && active < connections.count() && nowNanos - notBefore >= 0;
  }

  int active() {
    return active;
  }

  int connections() {
    return connections.count();
  }

  void began(int length, long nowNanos) {
    if (active == 0) {
      meter.restart(nowNanos);
    }
    active++;
    queuedBytes += length;
  }

  void received(int count, long nowNanos) {
    unmeasured += count;
    bytes += count;
    queuedBytes -= count;
    if (count > 0) {
      faults = 0;
      lastByteAt = nowNanos;
    }
  }

  /// It need not give so much of what it was asked for.
  void relieved(int count) {
    queuedBytes -= count;
  }

  /// Whether it gave bytes in the last seconds.
  boolean giving(long nowNanos) {
    return !strange() && nowNanos - lastByteAt < PiecePicker.SILENCE_NANOS;
  }

  /// How long to wait for a first byte of it: longer each time when nobody gives any.
  ///
  /// @param elsewhere whether somebody does who has the same
  long patienceNanos(boolean elsewhere) {
    long usual = (long) (PATIENCE_RTTS * rttSeconds * 1e9);
    long patience = PiecePicker.SILENCE_NANOS << (elsewhere ? 0 : Math.min(faults + 1, 10));
    return Math.min(PATIENCE_NANOS_MAX, Math.max(usual, patience));
  }

  void ended(int rest) {
    active--;
    queuedBytes -= rest;
  }

  void firstByteAfter(double seconds) {
    rttSeconds += (rttSeconds == 0 ? 1 : RTT_WEIGHT) * (seconds - rttSeconds);
  }

  /// Takes the rate of what came since the last tick.
  void tick(double allBytesPerSecond, long nowNanos) {
    if (active > 0 || unmeasured > 0) {
      meter.add(unmeasured, nowNanos);
      unmeasured = 0;
    }
    connections.tick(allBytesPerSecond, active, nowNanos);
  }

  double bytesPerSecond() {
    return meter.bytesPerSecond();
  }

  double rttSeconds() {
    return rttSeconds;
  }

  boolean strange() {
    return bytes == 0;
  }

  /// Whether it has given bytes for long enough to be judged.
  boolean known() {
    return meter.knownSeconds() >= KNOWN_SECONDS;
  }

  /// What each of its transfers has of its rate.
  double rateOfEach() {
    return meter.bytesPerSecond() / Math.max(1, active);
  }

  /// When `length` bytes more would be there, in seconds from now.
  ///
  /// @param guess the rate to take for a source that is not known yet
  double expectedSeconds(int length, double guess) {
    double rate = known() ? Math.max(1, meter.bytesPerSecond()) : guess;
    return (queuedBytes + length) / rate + rttSeconds;
  }

  /// The rate that one connection more may bring.
  double rateOfOneMore(double guess) {
    double rate = known() ? meter.bytesPerSecond() : guess;
    return rate / (active + 1);
  }

  /// One of its connections gives nothing: it may have no room for so many.
  void silent(long nowNanos) {
    if (giving(nowNanos)) {
      connections.refused(nowNanos);
    } else {
      fault(nowNanos);
    }
  }

  /// Each fault in a row doubles the time for which it is not asked; what all its connections
  /// suffer together is one.
  void fault(long nowNanos) {
    if (nowNanos - faultyUntil < 0 && nowNanos - notBefore < 0) {
      return;
    }
    faults++;
    int seconds = Math.min(PENALTY_SECONDS_MAX, 1 << Math.min(faults, 10));
    faultyUntil = nowNanos + seconds * 1_000_000_000L;
    notBefore = faultyUntil;
    if (faults >= (strange() ? FAULTS_OF_A_STRANGER_MAX : FAULTS_MAX)) {
      dropped = true;
    }
  }

  void busyUntil(long nanos, long nowNanos) {
    notBefore = nanos;
    connections.refused(nowNanos);
  }

  void drop() {
    dropped = true;
  }

  void revive(long nowNanos) {
    dropped = false;
    faults = 0;
    notBefore = nowNanos;
    faultyUntil = nowNanos;
  }

  boolean dropped() {
    return dropped;
  }
}
