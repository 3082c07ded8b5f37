package dev.ringrift.io.ledger;

import dev.ringrift.core.NodeId;
import dev.ringrift.core.UserError;
import dev.ringrift.io.json.Json;
import dev.ringrift.io.ledger.RatisLedger.Birth;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;

/// The data folder of a voter's ledger: `identity.json`, which says whose it is, and `raft-ID`, in
/// which Ratis keeps log and snapshots. The identity is written last, in one step: it is what makes
/// a folder that was born, or recovered, the one in use.
///
/// Only a birth formats a folder. Ratis by itself would format one that it does not find, and a
/// voter with an empty memory could then elect a leader that lacks what it had confirmed.
///
/// @param founder whether this voter founded the group, so that its first log entry is its own
/// @param fresh whether the folder is being born and not yet there
record LedgerFolder(Path root, String clusterId, PeerName self, boolean founder, boolean fresh) {
  private static final SecureRandom CHANCE = new SecureRandom();

  /// Looks at the folder, or names the one that is to be born; writes nothing.
  ///
  /// @throws UserError when the folder is not what `birth` needs
  static LedgerFolder open(Path root, String clusterId, NodeId node, Birth birth) {
    boolean exists = Files.exists(identityFile(root));
    if (birth == Birth.RESUME) {
      if (!exists) {
        throw missing(root, node);
      }
      return resume(root, clusterId, node);
    }
    if (exists) {
      throw new UserError(
          "%s has a ledger already".formatted(root),
          "a folder is born only once",
          "start without founding or joining, or name another data folder");
    }
    return born(root, clusterId, node, birth == Birth.FOUND);
  }

  /// The same voter with a folder that was never used, as another peer.
  LedgerFolder reborn() {
    return born(root, clusterId, self.node(), false);
  }

  private static LedgerFolder born(Path root, String clusterId, NodeId node, boolean founder) {
    byte[] id = new byte[8];
    CHANCE.nextBytes(id);
    PeerName self = new PeerName(node, HexFormat.of().formatHex(id));
    return new LedgerFolder(root, clusterId, self, founder, true);
  }

  private static UserError missing(Path root, NodeId node) {
    return new UserError(
        "the ledger of voter %s is missing".formatted(node),
        "there is no %s, so what this voter confirmed is lost".formatted(identityFile(root)),
        "if the folder was moved, name it with --data-dir; if the disk was lost, take %s out of the"
                .formatted(node)
            + " voters and add it again:\n"
            + "ringrift cluster voters remove %s\nringrift cluster voters add %s"
                .formatted(node, node));
  }

  /// What to do about a voter whose ledger is in no group.
  static UserError waiting(NodeId node) {
    return new UserError(
        "voter %s waits to be added: its ledger has nothing yet".formatted(node),
        "it is new, it was taken out, or its ledger was lost",
        "a new one is added by 'ringrift cluster voters add %s'; one that is listed as a voter is"
                .formatted(node)
            + " taken out first:\nringrift cluster voters remove %s\nringrift cluster voters add %s"
                .formatted(node, node));
  }

  private static LedgerFolder resume(Path root, String clusterId, NodeId node) {
    Identity identity = identity(root);
    if (!identity.cluster().equals(clusterId)) {
      throw new UserError(
          "%s is the ledger of another cluster".formatted(root),
          "it belongs to cluster %s, this node to %s".formatted(identity.cluster(), clusterId),
          "name another data folder with --data-dir");
    }
    if (!identity.node().equals(node)) {
      throw new UserError(
          "%s is the ledger of another node".formatted(root),
          "it belongs to %s, this node is %s".formatted(identity.node(), node),
          "each node needs a data folder of its own: name another with --data-dir");
    }
    PeerName self = new PeerName(node, identity.folder());
    LedgerFolder found = new LedgerFolder(root, clusterId, self, identity.founder(), false);
    found.checkUnused();
    return found;
  }

  /// Who the folder belongs to.
  ///
  /// @throws UserError when that cannot be read
  static Identity identity(Path root) {
    try {
      return Json.read(Files.readAllBytes(identityFile(root)), Identity.class);
    } catch (IOException | IllegalArgumentException e) {
      throw FolderCheck.damaged(root, identityFile(root) + " cannot be read: " + e.getMessage());
    }
  }

  /// Writes down whose folder it is: from now on it can be resumed.
  void confirm() {
    Identity identity = new Identity(clusterId, self.node(), self.folder(), founder);
    try {
      Disk.write(identityFile(root), Json.pretty(identity).getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("writing " + identityFile(root), e);
    }
  }

  /// Makes sure that no other process has the folder open; Ratis would try for five seconds. Not to
  /// be called by a process that has it open itself: POSIX drops all locks of a process on a file
  /// when it closes the file once.
  ///
  /// @throws UserError when one has
  void checkUnused() {
    Path lock = group().resolve("in_use.lock");
    if (!Files.exists(lock)) {
      return;
    }
    try (FileChannel file = FileChannel.open(lock, StandardOpenOption.WRITE);
        FileLock held = file.tryLock()) {
      if (held == null) {
        throw inUse();
      }
    } catch (OverlappingFileLockException e) {
      throw inUse();
    } catch (IOException e) {
      throw new UncheckedIOException("locking " + lock, e);
    }
  }

  UserError inUse() {
    return new UserError(
        "the ledger in %s is in use".formatted(root),
        "another agent has it open",
        "stop that agent, or name another data folder with --data-dir");
  }

  Path raft() {
    return root.resolve("raft-" + self.folder());
  }

  /// Where Ratis keeps this group.
  Path group() {
    return raft().resolve(groupId().getUuid().toString());
  }

  RaftGroupId groupId() {
    return groupId(clusterId);
  }

  /// The id of the only group of a cluster.
  static RaftGroupId groupId(String clusterId) {
    byte[] name = ("ringrift ledger of " + clusterId).getBytes(StandardCharsets.UTF_8);
    return RaftGroupId.valueOf(UUID.nameUUIDFromBytes(name));
  }

  /// The group as it is before any entry of the log says who is in it.
  RaftGroup firstGroup() {
    return founder
        ? RaftGroup.valueOf(groupId(), List.of(self.peer(0)))
        : RaftGroup.valueOf(groupId(), List.of());
  }

  private static Path identityFile(Path root) {
    return root.resolve("identity.json");
  }

  /// Whose folder it is.
  record Identity(String cluster, NodeId node, String folder, boolean founder) {}
}
