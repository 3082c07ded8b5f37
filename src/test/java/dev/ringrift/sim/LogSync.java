package dev.ringrift.sim;

import java.util.SplittableRandom;

/// Brings a voter's log to its disk, which takes its time; what comes meanwhile waits for the next
/// turn.
final class LogSync {
  private final AgentProcess process;
  private final SimHost host;
  private final RaftDisk disk;
  private final SplittableRandom dice;
  private long busyUntil;
  private int upToNow;
  private int rewritesThen;

  LogSync(AgentProcess process, SplittableRandom dice) {
    this.process = process;
    this.host = process.host;
    this.disk = host.raftDisk;
    this.dice = dice;
  }

  /// Runs `then` when all that is in the log now is on the disk; never when the log was truncated
  /// before that.
  void then(Runnable then) {
    int upTo = disk.lastIndex();
    if (disk.synced() >= upTo) {
      then.run();
      return;
    }
    int rewrites = disk.rewrites();
    long now = host.world.now();
    if (upToNow != upTo || rewritesThen != rewrites || busyUntil < now) {
      upToNow = upTo;
      rewritesThen = rewrites;
      long takes = 100 * SimWorld.MICROS + dice.nextLong(1_500 * SimWorld.MICROS);
      busyUntil = Math.max(busyUntil, now) + takes + host.slowDiskNanos();
    }
    process.after(
        busyUntil - now,
        "log synced",
        () -> {
          if (disk.rewrites() == rewrites) {
            disk.syncedTo(upTo);
            then.run();
          }
        });
  }
}
