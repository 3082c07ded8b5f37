package dev.ringrift.cli;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// `--cluster`, on every command that talks to one.
public final class ClusterOption {
  @Option(
      names = "--cluster",
      paramLabel = "NAME",
      description = "A known cluster or http://host:port; else RINGRIFT_CLUSTER, else the current.")
  private @Nullable String name;

  public ClusterClient open(Shell shell) {
    return shell.open(Optional.ofNullable(name));
  }

  /// What to append to a line for copying, so that it means the same cluster.
  public String suffix() {
    return name == null ? "" : " --cluster " + name;
  }
}
