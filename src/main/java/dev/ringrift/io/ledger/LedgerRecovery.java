package dev.ringrift.io.ledger;

import dev.ringrift.core.NodeId;
import dev.ringrift.core.UserError;
import dev.ringrift.core.ledger.ClusterState;
import dev.ringrift.core.ledger.Command;
import dev.ringrift.core.ledger.Outcome;
import dev.ringrift.core.ledger.Vocabulary;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftConfigurationProto;
import org.apache.ratis.server.storage.RaftStorageMetadata;

/// Makes a cluster of the one voter that is left, when the majority is lost for good.
///
/// It reads the folder of a ledger that is not open: the newest snapshot, and all of the log, also
/// what may never have been committed, since the lost voters may have confirmed it. What this voter
/// had not yet got is lost, and so is what it had and has forgotten. The voter becomes another peer
/// in a group of its own, so that lost ones that come back after all can neither vote it down nor
/// be counted; they must be taken out and added again. The epoch is raised in the same step, so
/// that no worker obeys them any more.
public final class LedgerRecovery {
  private final LedgerFolder folder;
  private final FolderCheck check;
  private final ClusterState state;
  private final List<NodeId> members;

  private LedgerRecovery(
      LedgerFolder folder, FolderCheck check, ClusterState state, List<NodeId> members) {
    this.folder = folder;
    this.check = check;
    this.state = state;
    this.members = members;
  }

  /// Reads what is there, and changes nothing.
  ///
  /// @param root the folder of the ledger, not in use
  /// @throws UserError when it is missing, damaged, or not of this node
  public static LedgerRecovery read(Path root, String clusterId, NodeId node) {
    CommandCodec codec = new CommandCodec(Vocabulary.OWN);
    LedgerFolder folder = LedgerFolder.open(root, clusterId, node, RatisLedger.Birth.RESUME);
    List<LogEntryProto> entries = new ArrayList<>();
    FolderCheck check = FolderCheck.of(folder, codec, entries::add);
    ClusterState state =
        check.snapshot().map(snapshot -> restored(snapshot, codec)).orElseGet(ClusterState::new);
    long known = check.snapshot().map(SnapshotFile::index).orElse(-1L);
    LogEntryProto group = null;
    for (LogEntryProto entry : entries) {
      if (entry.hasConfigurationEntry()) {
        group = entry;
      } else if (entry.hasStateMachineLogEntry() && entry.getIndex() > known) {
        String where = "entry %d in %s".formatted(entry.getIndex(), root);
        byte[] bytes = entry.getStateMachineLogEntry().getLogData().toByteArray();
        LedgerMachine.apply(state, codec.read(bytes, where));
        codec.check(state.version(), where);
      }
    }
    List<NodeId> members =
        group != null
            ? peers(group)
            : check.configuration().map(LedgerRecovery::peers).orElse(List.of());
    return new LedgerRecovery(folder, check, state, members);
  }

  private static ClusterState restored(SnapshotFile snapshot, CommandCodec codec) {
    try {
      return ClusterState.restore(snapshot.read(codec));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<NodeId> peers(LogEntryProto group) {
    return group.getConfigurationEntry().getPeersList().stream()
        .map(peer -> PeerName.parse(peer.getId().toStringUtf8()).node())
        .sorted()
        .toList();
  }

  /// What is kept.
  public Kept kept() {
    return new Kept(index(), term(), state.epoch(), members, check.forgotten());
  }

  /// The state that is kept.
  public ClusterState state() {
    return state;
  }

  /// Writes the folder anew as a group of this voter alone; what was there is moved aside within
  /// the folder, and nothing is deleted. The ledger is then opened with `Birth.RESUME`.
  ///
  /// @param raise with an epoch above the old one
  /// @throws UserError when the epoch is not raised by it
  public Kept rewrite(Command.RaiseEpoch raise) {
    folder.checkUnused();
    long term = term();
    long index = index();
    if (LedgerMachine.apply(state, raise) instanceof Outcome.Rejected rejected) {
      throw new UserError(
          "the cluster is not recovered",
          "epoch %d is refused: %s".formatted(raise.epoch(), rejected.reason()),
          "use epoch %d".formatted(state.epoch() + 1));
    }
    NodeId node = folder.self().node();
    LedgerMachine.apply(state, new Command.SetVoters(List.of(node), raise.atMillis()));
    try {
      write(folder.reborn(), term, index);
    } catch (IOException e) {
      throw new UncheckedIOException("writing " + folder.root(), e);
    }
    return new Kept(index, term, state.epoch(), List.of(node), check.forgotten());
  }

  private void write(LedgerFolder reborn, long term, long index) throws IOException {
    Path group = reborn.group();
    Path current = group.resolve("current");
    SnapshotFile.write(group.resolve("sm"), term, index, state.image());
    LogEntryProto alone =
        LogEntryProto.newBuilder()
            .setTerm(term)
            .setIndex(index)
            .setConfigurationEntry(
                RaftConfigurationProto.newBuilder()
                    .addPeers(reborn.self().peer(0).getRaftPeerProto()))
            .build();
    Disk.write(current.resolve("raft-meta.conf"), alone.toByteArray());
    String meta =
        "term=%d\nvotedFor=%s\n"
            .formatted(check.term(), RaftStorageMetadata.getDefault().getVotedFor());
    Disk.write(current.resolve("raft-meta"), meta.getBytes(StandardCharsets.UTF_8));
    Disk.sync(group);
    Disk.sync(reborn.raft());
    reborn.confirm();
  }

  private long index() {
    return Math.max(0, check.last());
  }

  private long term() {
    return Math.max(check.log().lastTerm(), check.snapshot().map(SnapshotFile::term).orElse(0L));
  }

  /// What a recovery keeps.
  ///
  /// @param index of the last entry of the log
  /// @param term of that entry
  /// @param epoch of the state
  /// @param members of the group
  /// @param forgotten how many committed entries after `index` this voter had and has no more
  public record Kept(long index, long term, long epoch, List<NodeId> members, long forgotten) {}
}
