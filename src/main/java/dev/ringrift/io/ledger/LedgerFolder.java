package dev.ringrift.io.ledger;

import dev.ringrift.core.NodeId;
import dev.ringrift.core.UserError;
import dev.ringrift.io.json.Json;
import dev.ringrift.io.ledger.RatisLedger.Birth;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;

/// The data folder of a voter's ledger: `identity.json`, which says whose it is, and `raft`, where
/// Ratis keeps log and snapshots.
///
/// Only a birth formats a folder. Ratis by itself would format one that it does not find, and a
/// voter with an empty memory could then elect a leader that lacks what it had confirmed.
///
/// @param founder whether this voter founded the group, so that its first log entry is its own
/// @param fresh whether the folder is being born and not yet there
record LedgerFolder(Path root, String clusterId, PeerName self, boolean founder, boolean fresh) {
  private static final SecureRandom CHANCE = new SecureRandom();

  /// Looks at the folder, and makes it ready for a birth; formats nothing.
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
    byte[] id = new byte[8];
    CHANCE.nextBytes(id);
    PeerName self = new PeerName(node, HexFormat.of().formatHex(id));
    LedgerFolder born = new LedgerFolder(root, clusterId, self, birth == Birth.FOUND, true);
    born.setAside("unborn");
    return born;
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
    return new LedgerFolder(root, clusterId, self, identity.founder(), false);
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

  /// Moves away what Ratis has in the folder, and deletes nothing.
  void setAside(String why) {
    if (!Files.exists(raft())) {
      return;
    }
    try {
      int number = 1;
      Path to = root.resolve("raft.%s-%d".formatted(why, number));
      while (Files.exists(to)) {
        number++;
        to = root.resolve("raft.%s-%d".formatted(why, number));
      }
      Files.move(raft(), to);
    } catch (IOException e) {
      throw new UncheckedIOException("moving " + raft(), e);
    }
  }

  Path raft() {
    return root.resolve("raft");
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
