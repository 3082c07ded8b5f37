package dev.ringrift.cli.trust;

import dev.ringrift.cli.Shell;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `ringrift operator replace`: a new operator's key, signed by the old one.
@Command(name = "replace", description = "Replace the operator's key; the old one signs the new.")
public final class OperatorReplaceCommand implements Callable<Integer> {
  @Option(
      names = "--days",
      defaultValue = "30",
      description = "How long signatures of the old key stay good (30).")
  private int days = 30;

  @Option(names = "--stolen", description = "Not a moment longer: somebody else has the old key.")
  private boolean stolen;

  @Option(names = "--cluster", paramLabel = "NAME", description = "A known cluster.")
  private @Nullable String cluster;

  private final Shell shell;

  public OperatorReplaceCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    KnownCluster known = KnownCluster.of(shell, Optional.ofNullable(cluster));
    Instant now = Instant.now();
    Instant until = stolen ? now : now.plus(Duration.ofDays(days));
    Path old = known.operator().replaceKey(until);
    String program = shell.program();
    shell.out().printf("cluster %s has a new operator's key%n", known.settings().name());
    shell
        .out()
        .printf("  the old one is kept in %s; what it signed is good until %s%n", old, until);
    shell.out().printf("  nodes learn of it by themselves; back up the new key%n");
    shell.out().printf("%nnext, for each voter, before then:%n");
    shell.out().printf("  %s node request      on the voter%n", program);
    shell.out().printf("  %s node issue REQUEST      here%n", program);
    shell.out().printf("  %s join GRANT      on the voter, and restart its agent%n", program);
    return 0;
  }
}
