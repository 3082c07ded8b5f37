package dev.ringrift.io.ledger;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.ratis.io.MD5Hash;
import org.apache.ratis.server.storage.FileInfo;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.apache.ratis.statemachine.SnapshotRetentionPolicy;
import org.apache.ratis.statemachine.StateMachineStorage;
import org.apache.ratis.statemachine.impl.SingleFileSnapshotInfo;
import org.apache.ratis.util.MD5FileUtil;
import org.jspecify.annotations.Nullable;

/// The snapshots of this voter, as Ratis wants to see them. Ratis reads the newest to send it to a
/// follower that is far behind, and replaces the whole folder when it gets one. Thread-safe.
final class SnapshotFolder implements StateMachineStorage {
  /// How many snapshots are kept: the newest, and the one that may be on its way to a follower.
  static final int KEPT_MAX = 2;

  private volatile @Nullable Path folder;
  private volatile @Nullable SingleFileSnapshotInfo latest;

  @Override
  public void init(RaftStorage storage) throws IOException {
    folder = storage.getStorageDir().getStateMachineDir().toPath();
    Files.createDirectories(path());
    scan();
  }

  /// Looks again which snapshot is the newest.
  List<SnapshotFile> scan() throws IOException {
    List<SnapshotFile> found = SnapshotFile.list(path());
    latest = found.isEmpty() ? null : info(found.getFirst());
    return found;
  }

  /// The newest is this one, which was just written.
  void wrote(SnapshotFile file) throws IOException {
    latest = info(file);
  }

  Path path() {
    Path known = folder;
    if (known == null) {
      throw new IllegalStateException("the snapshot folder is used before Ratis has named it");
    }
    return known;
  }

  /// Ratis checks what it sends over the network by MD5; on disk our own checksum counts.
  private static SingleFileSnapshotInfo info(SnapshotFile file) throws IOException {
    MD5Hash digest = MD5FileUtil.computeMd5ForFile(file.path().toFile());
    return new SingleFileSnapshotInfo(new FileInfo(file.path(), digest), file.term(), file.index());
  }

  @Override
  public @Nullable SnapshotInfo getLatestSnapshot() {
    return latest;
  }

  @Override
  public void format() {}

  @Override
  public void cleanupOldSnapshots(SnapshotRetentionPolicy policy) throws IOException {
    List<SnapshotFile> found = SnapshotFile.list(path());
    for (SnapshotFile old : found.subList(Math.min(KEPT_MAX, found.size()), found.size())) {
      Files.deleteIfExists(old.path());
    }
    try (Stream<Path> files = Files.list(path())) {
      for (Path digest : files.filter(f -> f.toString().endsWith(".md5")).toList()) {
        Files.deleteIfExists(digest);
      }
    }
  }

  @Override
  public File getSnapshotDir() {
    return path().toFile();
  }
}
