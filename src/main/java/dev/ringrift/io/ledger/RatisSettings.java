package dev.ringrift.io.ledger;

import dev.ringrift.core.election.ElectionTimings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.RaftConfigKeys;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.server.RaftServerConfigKeys.Log;
import org.apache.ratis.server.RaftServerConfigKeys.Rpc;
import org.apache.ratis.server.RaftServerConfigKeys.Snapshot;
import org.apache.ratis.util.SizeInBytes;
import org.apache.ratis.util.TimeDuration;

/// How Ratis is set: every queue and file has a bound, and what is off by default but needed is on.
final class RatisSettings {
  /// Most bytes of one command. Larger ones would hold up the appends behind them.
  static final int COMMAND_BYTES_MAX = 1 << 20;

  /// Most bytes of one append; an entry must fit, or Ratis stops sending to that follower for good.
  static final int APPEND_BYTES_MAX = 2 << 20;

  /// Most entries of one append.
  static final int APPEND_ENTRIES_MAX = 1_024;

  /// Most bytes of a log file.
  static final int SEGMENT_BYTES_MAX = 4 << 20;

  /// Most bytes of commands that wait for a majority.
  static final int PENDING_BYTES_MAX = 64 << 20;

  private RatisSettings() {}

  static RaftProperties of(Path folder, ElectionTimings timings, long snapshotEvery) {
    RaftProperties p = new RaftProperties();
    RaftConfigKeys.Rpc.setType(p, new LinkRpcType());
    RaftServerConfigKeys.setStorageDir(p, List.of(folder.toFile()));
    times(p, timings);
    log(p);
    // Without these the log grows for ever. One on closing would only hide what a crash does.
    Snapshot.setAutoTriggerEnabled(p, true);
    Snapshot.setAutoTriggerThreshold(p, snapshotEvery);
    Snapshot.setTriggerWhenStopEnabled(p, false);
    Snapshot.setRetentionFileNum(p, SnapshotFolder.KEPT_MAX);
    // A follower that is away for long gets a snapshot, the log does not wait for it.
    Log.setPurgeUptoSnapshotIndex(p, true);
    Log.setPurgeGap(p, 1);
    RaftServerConfigKeys.Write.setElementLimit(p, Proposals.IN_FLIGHT_MAX + 16);
    RaftServerConfigKeys.Write.setByteLimit(p, SizeInBytes.valueOf(PENDING_BYTES_MAX));
    // Repeated requests are known by keys in the state; Ratis's cache only costs memory.
    RaftServerConfigKeys.RetryCache.setExpiryTime(p, time(Duration.ofSeconds(2)));
    return p;
  }

  private static void times(RaftProperties p, ElectionTimings timings) {
    Rpc.setTimeoutMin(p, time(timings.least()));
    Rpc.setTimeoutMax(p, time(timings.most()));
    Rpc.setSleepTime(p, time(timings.silentVote()));
    Rpc.setRequestTimeout(p, time(timings.append()));
    RaftServerConfigKeys.setStagingTimeout(p, time(timings.append().multipliedBy(4)));
    // By default a leader that lost its majority then asks for no votes for 10 s.
    // The same time is the pause of the whole program after which a leader steps down.
    RaftServerConfigKeys.LeaderElection.setLeaderStepDownWaitTime(
        p, time(timings.most().multipliedBy(2)));
    RaftServerConfigKeys.setSleepDeviationThreshold(p, time(timings.most()));
    // After such a pause Ratis closes for good; it is opened again.
    RaftServerConfigKeys.setCloseThreshold(p, time(Duration.ofMinutes(5)));
  }

  private static void log(RaftProperties p) {
    Log.setSegmentSizeMax(p, SizeInBytes.valueOf(SEGMENT_BYTES_MAX));
    Log.setPreallocatedSize(p, SizeInBytes.valueOf(64 << 10));
    Log.setWriteBufferSize(p, SizeInBytes.valueOf(APPEND_BYTES_MAX + 1_024));
    Log.setSegmentCacheNumMax(p, 3);
    Log.setSegmentCacheSizeMax(p, SizeInBytes.valueOf(4L * SEGMENT_BYTES_MAX));
    Log.setQueueElementLimit(p, 4_096);
    Log.setQueueByteLimit(p, SizeInBytes.valueOf(PENDING_BYTES_MAX));
    Log.setCorruptionPolicy(p, Log.CorruptionPolicy.EXCEPTION);
    Log.Appender.setBufferByteLimit(p, SizeInBytes.valueOf(APPEND_BYTES_MAX));
    Log.Appender.setBufferElementLimit(p, APPEND_ENTRIES_MAX);
    Log.Appender.setSnapshotChunkSizeMax(p, SizeInBytes.valueOf(1 << 20));
    Log.Appender.setInstallSnapshotEnabled(p, true);
  }

  private static TimeDuration time(Duration duration) {
    return TimeDuration.valueOf(duration.toMillis(), TimeUnit.MILLISECONDS);
  }
}
