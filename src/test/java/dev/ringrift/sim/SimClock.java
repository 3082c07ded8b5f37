package dev.ringrift.sim;

import dev.ringrift.agent.port.Clock;
import java.util.random.RandomGenerator;

/// The clocks of one host: each begins somewhere of its own, all drift alike, the monotonic one
/// stands still while the host is frozen, the one since boot begins anew at a reboot, the wall
/// clock can be wrong and jump.
final class SimClock implements Clock {
  /// The drift that the simulated hosts stay within, in parts per million.
  static final int DRIFT_PPM_MAX = 200;

  private static final long EPOCH_MILLIS = 1_790_000_000_000L;

  private final SimWorld world;
  private final int driftPpm;
  private long bootStart;
  private long monotonicStart;
  private long wallOffsetMillis;
  private long frozenAt = -1;
  private long frozenNanos;

  SimClock(SimWorld world, RandomGenerator dice) {
    this.world = world;
    this.driftPpm = dice.nextInt(-DRIFT_PPM_MAX, DRIFT_PPM_MAX + 1);
    this.bootStart = dice.nextLong(0, 3_600 * SimWorld.SECONDS);
    this.monotonicStart = dice.nextLong(-3_600 * SimWorld.SECONDS, 3_600 * SimWorld.SECONDS);
    this.wallOffsetMillis = dice.nextInt(10) == 0 ? dice.nextLong(-3_600_000, 3_600_000) : 0;
  }

  @Override
  public long nanos() {
    long frozen = frozenNanos + (frozenAt < 0 ? 0 : own(world.now()) - frozenAt);
    return monotonicStart + own(world.now()) - frozen;
  }

  @Override
  public long bootNanos() {
    return bootStart + own(world.now());
  }

  @Override
  public long wallMillis() {
    return EPOCH_MILLIS + own(world.now()) / SimWorld.MILLIS + wallOffsetMillis;
  }

  /// How much world time goes by until `bootNanos()` reaches `bootNanos`; at least 0.
  long untilBoot(long bootNanos) {
    long own = bootNanos - bootNanos();
    // A microsecond more than the exact span: rounding must not wake anyone early.
    return own <= 0 ? 0 : own - own * driftPpm / 1_000_000 + SimWorld.MICROS;
  }

  void jump(long millis) {
    wallOffsetMillis += millis;
  }

  void freeze() {
    frozenAt = own(world.now());
  }

  void thaw() {
    frozenNanos += own(world.now()) - frozenAt;
    frozenAt = -1;
  }

  void reboot() {
    bootStart = -own(world.now());
    monotonicStart = bootStart + frozenNanos;
  }

  private long own(long worldNanos) {
    return worldNanos + worldNanos / 1_000_000 * driftPpm;
  }
}
