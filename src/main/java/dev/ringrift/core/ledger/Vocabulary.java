package dev.ringrift.core.ledger;

import java.util.Optional;
import java.util.function.ToIntFunction;

/// The kinds of commands that a program reads.
///
/// Programs of several versions run side by side during an upgrade, and each voter applies what
/// any leader wrote. So each kind of command has the version of the cluster from which it may be
/// used; the version is raised by a command, once every voter has said that it reads the kinds of
/// the next one. See docs/decisions/0007-mixed-versions.md.
///
/// @param newest the highest version whose commands are read
/// @param since the version from which a command may be used
public record Vocabulary(int newest, ToIntFunction<Command> since) {
  /// The version of a cluster at its birth, which every program reads.
  public static final int FIRST = 1;

  /// What this program reads.
  public static final Vocabulary OWN = new Vocabulary(ownNewest(), Vocabulary::ownSince);

  public Vocabulary {
    if (newest < FIRST) {
      throw new IllegalArgumentException("newest is %d, at least %d".formatted(newest, FIRST));
    }
  }

  /// A program of the next version differs in this method and the one below, and in nothing else
  /// here.
  private static int ownNewest() {
    return 1;
  }

  private static int ownSince(Command command) {
    return switch (command) {
      case Command.Found _,
          Command.Lead _,
          Command.Register _,
          Command.Submit _,
          Command.Place _,
          Command.Progress _,
          Command.Cancel _,
          Command.Retry _,
          Command.Drain _,
          Command.Say _,
          Command.Remove _,
          Command.Revoke _,
          Command.SetVoters _,
          Command.Configure _,
          Command.RaiseVersion _,
          Command.RaiseEpoch _,
          Command.Publish _,
          Command.Unpublish _,
          Command.Keep _,
          Command.Note _ ->
          1;
    };
  }

  /// Whether a program can follow a cluster of this version.
  public boolean follows(int clusterVersion) {
    return clusterVersion <= newest;
  }

  /// Whether a program knows what this command does.
  public boolean reads(Command command) {
    return since.applyAsInt(command) <= newest;
  }

  /// Why `command` may not be written in a cluster of this version, if it may not: some voter might
  /// be unable to read it.
  public Optional<String> notYet(Command command, int clusterVersion) {
    int needed = since.applyAsInt(command);
    return needed <= clusterVersion
        ? Optional.empty()
        : Optional.of(
            "%s needs version %d of the cluster, which is at %d until every voter runs a newer program"
                .formatted(command.getClass().getSimpleName(), needed, clusterVersion));
  }
}
