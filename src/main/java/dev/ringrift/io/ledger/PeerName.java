package dev.ringrift.io.ledger;

import dev.ringrift.core.NodeId;
import java.util.regex.Pattern;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;

/// A voter and its data folder, written `node@folder`: the id of a peer in the group. A voter whose
/// disk was lost has another folder, so it is another peer, and nobody counts its vote.
///
/// @param folder 16 hex digits, made by chance when the folder was formatted
record PeerName(NodeId node, String folder) {
  private static final Pattern FOLDER = Pattern.compile("[0-9a-f]{16}");

  PeerName {
    if (!FOLDER.matcher(folder).matches()) {
      throw new IllegalArgumentException("folder id '%s' is not 16 hex digits".formatted(folder));
    }
  }

  static PeerName parse(String text) {
    int at = text.indexOf('@');
    if (at < 0) {
      throw new IllegalArgumentException("peer '%s' is not NODE@FOLDER".formatted(text));
    }
    return new PeerName(new NodeId(text.substring(0, at)), text.substring(at + 1));
  }

  static PeerName of(RaftPeerId id) {
    return parse(id.toString());
  }

  RaftPeerId peerId() {
    return RaftPeerId.valueOf(toString());
  }

  RaftPeer peer(int priority) {
    return RaftPeer.newBuilder()
        .setId(peerId())
        .setAddress(node.value())
        .setPriority(priority)
        .build();
  }

  @Override
  public String toString() {
    return node + "@" + folder;
  }
}
