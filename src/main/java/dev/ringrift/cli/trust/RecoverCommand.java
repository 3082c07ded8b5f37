package dev.ringrift.cli.trust;

import dev.ringrift.cli.Shell;
import dev.ringrift.cli.node.DataDirOption;
import dev.ringrift.cli.node.NodeFolder;
import dev.ringrift.core.Count;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.UserError;
import dev.ringrift.core.jobs.TaskState;
import dev.ringrift.core.ledger.ClusterState;
import dev.ringrift.core.ledger.Command.RaiseEpoch;
import dev.ringrift.io.ledger.LedgerRecovery;
import dev.ringrift.io.trust.Grant;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `ringrift cluster recover`: makes a cluster of the one voter that is left.
@Command(
    name = "recover",
    description = "Go on with this voter alone, when the majority is lost for good.")
public final class RecoverCommand implements Callable<Integer> {
  @Mixin private final DataDirOption dataDir = new DataDirOption();

  @Option(
      names = "--operator",
      paramLabel = "DIR",
      description = "The folder with the operator's key, if it is not known on this machine.")
  private @Nullable Path operatorDir;

  @Option(
      names = {"-y", "--yes"},
      description = "Do not ask.")
  private boolean yes;

  private final Shell shell;

  public RecoverCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() throws IOException {
    try (NodeFolder folder = dataDir.folder(shell)) {
      folder.lock();
      Grant grant =
          folder
              .trust()
              .grant()
              .orElseThrow(
                  () ->
                      new UserError(
                          "the data folder %s is of no cluster".formatted(folder.path()),
                          "it has no grant",
                          "name the data folder of a voter with --data-dir"));
      OperatorFolder operator = operator(grant);
      LedgerRecovery recovery = LedgerRecovery.read(folder.ledger(), grant.cluster(), grant.node());
      describe(grant, recovery);
      if (!confirmed(grant)) {
        shell.out().println("nothing was changed");
        return 1;
      }
      recover(folder, grant, operator, recovery);
      return 0;
    }
  }

  private OperatorFolder operator(Grant grant) {
    OperatorFolder operator =
        new OperatorFolder(
            operatorDir == null
                ? OperatorFolder.under(shell.dataDir(), grant.name())
                : operatorDir);
    if (!operator.standing().cluster().equals(grant.cluster())) {
      throw new UserError(
          "the operator's key in %s is of another cluster".formatted(operator.path()),
          "it signs for %s, this voter is of %s"
              .formatted(operator.standing().cluster(), grant.cluster()),
          "name the folder of the right one with --operator");
    }
    return operator;
  }

  private void describe(Grant grant, LedgerRecovery recovery) {
    ClusterState state = recovery.state();
    LedgerRecovery.Kept kept = recovery.kept();
    shell
        .out()
        .printf(
            "recovers cluster %s with %s as its only voter; the voters were %s%n",
            grant.name(), grant.node(), state.voters());
    shell
        .out()
        .printf(
            "  kept   all up to entry %d of term %d: %s, %s, %s that succeeded%n",
            kept.index(),
            kept.term(),
            Count.of(state.nodes().size(), "node"),
            Count.of(state.jobs().size(), "job"),
            Count.of(state.counts().getOrDefault(TaskState.SUCCEEDED, 0), "task"));
    shell
        .out()
        .printf(
            "  lost   what the other voters had committed and %s had not yet got: submits and results"
                + " of the last moments; results that a node still holds are reported again%n",
            grant.node());
    if (kept.forgotten() > 0) {
      shell
          .out()
          .printf(
              "         and the %d entries after that, which %s had: its log was cut or deleted%n",
              kept.forgotten(), grant.node());
    }
    shell
        .out()
        .printf(
            "  shut   the other voters stay out, also if they come back: take their data folders away,"
                + " and add them anew%n");
    shell.out().printf("  jobs that run on workers run on%n");
  }

  private boolean confirmed(Grant grant) throws IOException {
    if (yes) {
      return true;
    }
    shell.out().printf("%nType the cluster's name to go on: ");
    shell.out().flush();
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    String answer = in.readLine();
    return answer != null && answer.strip().equals(grant.name());
  }

  private void recover(
      NodeFolder folder, Grant grant, OperatorFolder operator, LedgerRecovery recovery) {
    Instant now = Instant.now();
    long epoch = recovery.state().epoch() + 1;
    String certificate = operator.key().epoch(epoch, now);
    NodeId node = grant.node();
    recovery.rewrite(
        new RaiseEpoch(epoch, "recovered with " + node + " alone", now.toEpochMilli()));
    folder.trust().store(grant.withEpoch(certificate));
    operator.store(operator.standing().withEpoch(certificate));
    String program = shell.program();
    shell.out().printf("%ncluster %s goes on in epoch %d. next:%n", grant.name(), epoch);
    shell.out().printf("  %s agent%s%n", program, dataDir.words());
    shell
        .out()
        .printf(
            "  %s node issue REQUEST      for each further voter, with a new folder%n", program);
  }
}
