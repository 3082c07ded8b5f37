package dev.ringrift.io.link;

import dev.ringrift.agent.port.Clock;
import java.time.Duration;
import java.util.Optional;

/// The pulse of one link: round trips, silence, and the other side's clock. Thread-safe.
final class Heart {
  private final Clock clock;
  private final LinkSettings settings;
  private volatile long heardNanos;
  private volatile long rttNanos = -1;
  private volatile long toldMillis;
  private volatile long toldNanos;

  Heart(Clock clock, LinkSettings settings) {
    this.clock = clock;
    this.settings = settings;
    this.heardNanos = clock.nanos();
  }

  void heard() {
    heardNanos = clock.nanos();
  }

  /// A ping that carries the time.
  Frame ping() {
    return new Frame(Frame.Kind.PING, clock.nanos(), new byte[0]);
  }

  /// Takes the answer to a ping that was sent at `sentNanos`; a made-up one has no effect.
  synchronized void pong(long sentNanos) {
    long sample = clock.nanos() - sentNanos;
    if (sample >= 0 && sample <= settings.silenceMax().toNanos()) {
      // RFC 6298: an eighth of the new sample.
      rttNanos = rttNanos < 0 ? sample : rttNanos + (sample - rttNanos) / 8;
    }
  }

  Optional<Duration> rtt() {
    long known = rttNanos;
    return known < 0 ? Optional.empty() : Optional.of(Duration.ofNanos(known));
  }

  /// How long nothing has come.
  Duration silence() {
    return Duration.ofNanos(clock.nanos() - heardNanos);
  }

  /// How long nothing has come, when that is too long.
  Optional<Duration> tooSilent() {
    Duration silence = silence();
    return silence.compareTo(settings.silenceMax()) > 0 ? Optional.of(silence) : Optional.empty();
  }

  void told(long wallMillis) {
    toldMillis = wallMillis;
    toldNanos = clock.nanos();
  }

  /// The other side's clock: what it told, and the time since.
  long theirMillis() {
    return toldMillis + (clock.nanos() - toldNanos) / 1_000_000;
  }
}
