package dev.ringrift.cli.node;

import dev.ringrift.cli.Shell;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// `--data-dir`, of every command that works on a node's folder.
public final class DataDirOption {
  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description = "The node's data folder; else RINGRIFT_DATA_DIR, else ~/.ringrift.")
  private @Nullable Path given;

  /// The folder that is meant.
  public NodeFolder folder(Shell shell) {
    return new NodeFolder(given == null ? shell.dataDir() : given);
  }

  /// The option again, for a command that is shown; empty where it was not given.
  public String words() {
    return given == null ? "" : " --data-dir " + given.toAbsolutePath().normalize();
  }
}
