package dev.ringrift.io.ledger;

import dev.ringrift.core.UserError;
import dev.ringrift.core.ledger.ClusterState;
import dev.ringrift.core.ledger.Command;
import dev.ringrift.core.ledger.Vocabulary;
import dev.ringrift.io.json.Json;
import java.nio.charset.StandardCharsets;

/// Commands and snapshots as bytes, within what this program knows.
///
/// Whatever it does not know whole is refused, a single key of a known command too: a voter that
/// skipped it would come to another state than the others, and never notice.
record CommandCodec(Vocabulary known) {
  private static final int SHOWN_BYTES_MAX = 80;

  byte[] bytes(Command command) {
    return Json.bytes(command);
  }

  /// @param where the bytes are, in words for a person
  /// @throws UserError when this program does not know the command whole
  Command read(byte[] bytes, String where) {
    Command command;
    try {
      command = Json.readWhole(bytes, Command.class);
    } catch (IllegalArgumentException e) {
      String start =
          new String(bytes, 0, Math.min(bytes.length, SHOWN_BYTES_MAX), StandardCharsets.UTF_8);
      throw outdated("%s is no command that this program knows: %s".formatted(where, start));
    }
    if (!known.reads(command)) {
      throw outdated(
          "%s is a %s, which this program does not know"
              .formatted(where, command.getClass().getSimpleName()));
    }
    return command;
  }

  /// Reads the state of a snapshot.
  ///
  /// @throws UserError when it is of a newer cluster than this program can follow
  /// @throws IllegalArgumentException when it is no state
  ClusterState.Image image(byte[] bytes, String where) {
    ClusterState.Image image;
    try {
      image = Json.readWhole(bytes, ClusterState.Image.class);
    } catch (IllegalArgumentException e) {
      check(Json.tree(bytes).path("version").asInt(Vocabulary.FIRST), where);
      throw e;
    }
    check(image.version(), where);
    return image;
  }

  /// @throws UserError when this program cannot follow a cluster of this version
  void check(int clusterVersion, String where) {
    if (!known.follows(clusterVersion)) {
      throw outdated(
          "by %s the cluster uses commands of version %d, and this program reads up to version %d"
              .formatted(where, clusterVersion, known.newest()));
    }
  }

  private static UserError outdated(String why) {
    return new UserError(
        "this program is too old for the cluster's ledger",
        why,
        "update ringrift on this node and start its agent again; nothing was changed or lost, and"
            + " jobs run on");
  }
}
