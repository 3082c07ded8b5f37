package dev.ringrift.cli.trust;

import dev.ringrift.cli.Shell;
import dev.ringrift.cli.node.DataDirOption;
import dev.ringrift.cli.node.NodeFolder;
import dev.ringrift.core.NodeId;
import dev.ringrift.io.trust.Ed25519;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `ringrift node request`: on a machine that is to become a voter, or whose credential has ended.
@Command(name = "request", description = "Print what the operator needs to sign this node's key.")
public final class NodeRequestCommand implements Callable<Integer> {
  @Option(
      names = "--node-id",
      paramLabel = "ID",
      description = "This node's id (the folder's, or the host name).")
  private @Nullable NodeId nodeId;

  @Mixin private final DataDirOption dataDir = new DataDirOption();

  private final Shell shell;

  public NodeRequestCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    NodeFolder folder = dataDir.folder(shell);
    NodeRequest request =
        new NodeRequest(
            NodeName.of(folder, nodeId), Ed25519.text(folder.trust().nodeKeys().getPublic()));
    shell.out().println(request.line());
    shell.err().printf("%nnext, where the operator's key is:%n");
    shell
        .err()
        .printf("  %s node issue --role voter REQUEST     with the line above%n", shell.program());
    return 0;
  }
}
