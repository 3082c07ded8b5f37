package dev.ringrift.cli.trust;

import dev.ringrift.cli.Shell;
import dev.ringrift.core.UserError;
import dev.ringrift.io.config.Settings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The cluster that a command means, with the operator's key of it.
///
/// @param settings how it is reached
record KnownCluster(Settings.Cluster settings, OperatorFolder operator) {
  /// @param flag what `--cluster` says
  /// @throws UserError where this machine has no operator's key of it
  static KnownCluster of(Shell shell, Optional<String> flag) {
    Settings.Cluster cluster = Settings.read(shell.dataDir()).choose(flag, shell.environment());
    if (cluster.credentials().isEmpty()) {
      throw new UserError(
          "this needs the operator's key of cluster " + cluster.name(),
          "none is known on this machine",
          "run it where 'ringrift init' was run");
    }
    return new KnownCluster(cluster, new OperatorFolder(Path.of(cluster.credentials())));
  }

  /// Link addresses of all voters, highest rank first.
  List<String> addresses() {
    return settings.voters().values().stream().flatMap(List::stream).toList();
  }
}
