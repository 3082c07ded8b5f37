package dev.ringrift.cli.trust;

import dev.ringrift.cli.Shell;
import dev.ringrift.io.trust.Grant;
import dev.ringrift.io.trust.JoinToken;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `ringrift join-token`: prints the line to paste on a machine that is to become a worker.
@Command(
    name = "join-token",
    description = "Print the one line to paste on a machine that is to become a worker.")
public final class JoinTokenCommand implements Callable<Integer> {
  @Option(names = "--hours", defaultValue = "24", description = "How long it is good (24).")
  private int hours = 24;

  @Option(
      names = "--address",
      paramLabel = "ws://HOST:PORT",
      description = "Where the new machine reaches a voter, if not where this one does.")
  private List<String> addresses = new ArrayList<>();

  @Option(names = "--cluster", paramLabel = "NAME", description = "A known cluster.")
  private @Nullable String cluster;

  private final Shell shell;

  public JoinTokenCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    KnownCluster known = KnownCluster.of(shell, Optional.ofNullable(cluster));
    Grant standing = known.operator().standing();
    JoinToken token =
        new JoinToken(
            standing.cluster(),
            known.operator().key().publicKey(),
            addresses.isEmpty() ? known.addresses() : addresses,
            known.operator().key().enrolment(Instant.now(), Duration.ofHours(hours)));
    shell.out().printf("ringrift join %s%n", token.line());
    shell
        .err()
        .printf(
            "%nPaste it on the new machine within %d h; whoever has it can join as a worker.%n",
            hours);
    return 0;
  }
}
