package dev.ringrift.io.ledger;

import dev.ringrift.core.NodeId;
import dev.ringrift.core.UserError;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;

/// Reads all that a closed ledger has on disk and says what is wrong with it. Changes nothing but
/// one thing: it puts back a snapshot folder that a crash left half replaced.
///
/// A ledger that lost a part of its memory must not go on: its vote could elect a leader without
/// what it had confirmed. Ratis takes much of that for a fresh start.
///
/// @param term the newest term that this voter has voted in
/// @param snapshot the newest
/// @param configuration the newest that was committed, as a log entry; none for a voter that has
///     never been in a group
/// @param reached an entry that log and snapshot once had
record FolderCheck(
    long term,
    Optional<SnapshotFile> snapshot,
    StoredLog log,
    Optional<LogEntryProto> configuration,
    Optional<Reached> reached) {
  private static final long FIRST_TERM = 1;

  /// The last entry that log and snapshot have; -1 when there is none.
  long last() {
    return Math.max(log.last(), snapshot.map(SnapshotFile::index).orElse(-1L));
  }

  /// How many entries are missing at the end that this voter is known to have had.
  long forgotten() {
    return Math.max(0, reached.map(Reached::index).orElse(-1L) - last());
  }

  /// Refuses a folder that has lost what this voter answered for.
  ///
  /// @throws UserError when entries or votes are missing
  void requireMemory(LedgerFolder folder) {
    if (forgotten() > 0) {
      throw forgetful(
          folder,
          "log and snapshots in %s end with entry %d, but it had entry %d, which was committed"
              .formatted(folder.root(), last(), reached.orElseThrow().index()));
    }
    if (reached.isPresent() && term < reached.get().term()) {
      throw forgetful(
          folder,
          "its vote in %s is of term %d, but it was in term %d"
              .formatted(folder.root(), term, reached.get().term()));
    }
  }

  /// @param each is given the entries of the log, in order
  /// @throws UserError when something is damaged or missing, or this program is too old for it
  static FolderCheck of(LedgerFolder folder, CommandCodec codec, Consumer<LogEntryProto> each) {
    try {
      FolderCheck found = read(folder, codec, each);
      // A founder's group of one is only its own until its first entry; after that, an empty log
      // would make a second cluster of it.
      if (folder.founder()
          && found.log.last() < 0
          && found.snapshot.isEmpty()
          && found.term > FIRST_TERM) {
        throw new IOException("the log is gone, but this voter was in term " + found.term);
      }
      return found;
    } catch (IOException e) {
      throw damaged(folder.root(), String.valueOf(e.getMessage()));
    }
  }

  private static FolderCheck read(
      LedgerFolder folder, CommandCodec codec, Consumer<LogEntryProto> each) throws IOException {
    Path group = folder.group();
    Path current = group.resolve("current");
    if (!Files.isDirectory(current)) {
      throw new IOException("%s is missing".formatted(current));
    }
    long term = term(current.resolve("raft-meta"));
    Optional<LogEntryProto> configuration = configuration(current.resolve("raft-meta.conf"));
    mendSnapshots(group);
    List<SnapshotFile> snapshots = SnapshotFile.list(group.resolve("sm"));
    Optional<SnapshotFile> snapshot = snapshots.stream().findFirst();
    if (snapshot.isPresent()) {
      snapshot.get().read(codec);
    }
    StoredLog log = StoredLog.read(current, each);
    long known = snapshot.map(SnapshotFile::index).orElse(-1L);
    if (log.first() > known + 1) {
      throw new IOException(
          "the log begins with entry %d, and there is no snapshot of what was before"
              .formatted(log.first()));
    }
    if (log.lastTerm() > term) {
      throw new IOException(
          "%s is of term %d, older than the log's %d"
              .formatted(current.resolve("raft-meta"), term, log.lastTerm()));
    }
    if (configuration.isPresent()
        && snapshot.isEmpty()
        && log.last() < configuration.get().getIndex()) {
      throw new IOException(
          "the log ends with entry %d, but entry %d was committed"
              .formatted(log.last(), configuration.get().getIndex()));
    }
    if (configuration.isEmpty() && snapshot.isPresent()) {
      throw new IOException("%s is missing".formatted(current.resolve("raft-meta.conf")));
    }
    return new FolderCheck(term, snapshot, log, configuration, Reached.read(folder));
  }

  private static long term(Path file) throws IOException {
    Properties values = new Properties();
    try (InputStream in = Files.newInputStream(file)) {
      values.load(in);
      return Long.parseLong(values.getProperty("term", ""));
    } catch (IOException | IllegalArgumentException e) {
      throw new IOException("%s cannot be read: %s".formatted(file, e.getMessage()), e);
    }
  }

  private static Optional<LogEntryProto> configuration(Path file) throws IOException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      LogEntryProto entry = LogEntryProto.parseFrom(Files.readAllBytes(file));
      if (entry.hasConfigurationEntry()) {
        return Optional.of(entry);
      }
      throw new IOException("it holds no configuration");
    } catch (IOException e) {
      throw new IOException("%s cannot be read: %s".formatted(file, e.getMessage()), e);
    }
  }

  /// Ratis replaces the folder of snapshots by two renames. After a crash between them the old
  /// folder is there under its temporary name.
  private static void mendSnapshots(Path group) throws IOException {
    Path snapshots = group.resolve("sm");
    if (Files.exists(snapshots)) {
      return;
    }
    try (Stream<Path> files = Files.list(group)) {
      Optional<Path> moved =
          files.filter(f -> f.getFileName().toString().startsWith("sm.tmp")).sorted().findFirst();
      if (moved.isPresent()) {
        Files.move(moved.get(), snapshots);
      }
    }
  }

  static UserError damaged(Path folder, String because) {
    return new UserError(
        "the ledger in %s is damaged".formatted(folder),
        because,
        "nothing was changed or deleted. If other voters lead on, take this one out of the voters,"
            + " move the folder away and add it again; if none do, put back a backup of the folder");
  }

  /// A voter that would vote and answer without what it confirmed before.
  private static UserError forgetful(LedgerFolder folder, String because) {
    NodeId node = folder.self().node();
    return new UserError(
        "voter %s has forgotten a part of the ledger".formatted(node),
        because + ": it was cut, deleted, or put back from an older copy",
        "it takes no part, and nothing was changed. If there is a newer copy of the folder, put it"
            + " back. Else, if other voters lead on:\nringrift cluster voters remove %s, move the"
                .formatted(node)
            + " folder away, start the agent, ringrift cluster voters add %s\nIf none do:"
                .formatted(node)
            + " ringrift cluster recover, on the voter that has the most");
  }
}
