package dev.ringrift.cli.trust;

import dev.ringrift.cli.Shell;
import dev.ringrift.core.Role;
import dev.ringrift.core.UserError;
import dev.ringrift.io.trust.Grant;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `ringrift node issue`: the operator signs a node's key.
@Command(name = "issue", description = "Sign a node's key; prints the line that makes it a member.")
public final class NodeIssueCommand implements Callable<Integer> {
  @Parameters(paramLabel = "REQUEST", description = "What 'node request' printed on that machine.")
  private String request = "";

  @Option(names = "--role", defaultValue = "voter", description = "voter or worker (voter).")
  private String role = "voter";

  @Option(names = "--cluster", paramLabel = "NAME", description = "A known cluster.")
  private @Nullable String cluster;

  private final Shell shell;

  public NodeIssueCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    NodeRequest asked = NodeRequest.parse(request);
    Role wanted =
        switch (role.toLowerCase(Locale.ROOT)) {
          case "voter" -> Role.VOTER;
          case "worker" -> Role.WORKER;
          default ->
              throw new UserError(
                  "'%s' is no role of a node".formatted(role), "", "use voter or worker");
        };
    KnownCluster known = KnownCluster.of(shell, Optional.ofNullable(cluster));
    Grant grant = known.operator().issue(asked.node(), wanted, asked.key());
    shell.out().println(grant.line());
    shell
        .err()
        .printf(
            "%nnext, on %s:%n  %s join GRANT     with the line above%n",
            asked.node(), shell.program());
    if (wanted == Role.VOTER) {
      shell
          .err()
          .printf(
              "and, when its agent runs:%n  %s cluster voters add %s%n",
              shell.program(), asked.node());
    }
    return 0;
  }
}
