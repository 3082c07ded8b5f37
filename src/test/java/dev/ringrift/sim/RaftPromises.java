package dev.ringrift.sim;

import dev.ringrift.core.election.ElectionTimings;
import java.time.Duration;

/// For how long a voter elects no other than the leader that it follows: each answer to an append
/// promises the least of the timings on which it runs. The longest promise that may still be in
/// force is on its disk.
final class RaftPromises {
  private final SimHost host;
  private final RaftDisk disk;
  private ElectionTimings timings;
  private long boundUntil;

  RaftPromises(SimHost host) {
    this.host = host;
    this.disk = host.raftDisk;
    this.timings = disk.timings;
  }

  ElectionTimings timings() {
    return timings;
  }

  /// Whoever restarts may have just promised a leader to stay with it.
  void keepThoseOfBefore() {
    boundUntil = host.clock.bootNanos() + disk.promised.toNanos();
  }

  void open() {
    timings = disk.timings;
  }

  /// Writes down on which timings it is opened next, before the first promise of that length.
  void reopenOn(ElectionTimings wanted) {
    disk.timings = wanted;
    write(wanted.least());
  }

  /// Promises the leader whose append came.
  ElectionTimings give() {
    boundUntil = Math.max(boundUntil, host.clock.bootNanos() + timings.least().toNanos());
    write(timings.least());
    return timings;
  }

  /// What was promised before it was opened on these timings is over after a while.
  void forgetOld(long openedAt) {
    if (host.clock.bootNanos() - openedAt > disk.promised.toNanos()) {
      disk.promised = disk.timings.least();
    }
  }

  /// Whether a promise is in force.
  boolean bound() {
    return host.clock.bootNanos() < boundUntil;
  }

  private void write(Duration span) {
    disk.promised = span.compareTo(disk.promised) > 0 ? span : disk.promised;
  }
}
