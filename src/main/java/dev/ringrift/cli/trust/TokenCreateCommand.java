package dev.ringrift.cli.trust;

import dev.ringrift.cli.JsonOption;
import dev.ringrift.cli.Shell;
import dev.ringrift.core.trust.Scope;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `ringrift token create`: a bearer token for the HTTP API.
@Command(name = "create", description = "Print a bearer token for the HTTP API.")
public final class TokenCreateCommand implements Callable<Integer> {
  @Option(names = "--scope", split = ",", description = "read, data, submit or admin (read).")
  private List<Scope> scopes = new ArrayList<>(List.of(Scope.READ));

  @Option(names = "--subject", defaultValue = "token", description = "Whose it is, for the log.")
  private String subject = "token";

  @Option(names = "--days", defaultValue = "30", description = "How long it is good (30).")
  private int days = 30;

  @Mixin private final JsonOption json = new JsonOption();

  @Option(names = "--cluster", paramLabel = "NAME", description = "A known cluster.")
  private @Nullable String cluster;

  private final Shell shell;

  public TokenCreateCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    KnownCluster known = KnownCluster.of(shell, Optional.ofNullable(cluster));
    Instant now = Instant.now();
    Duration life = Duration.ofDays(days);
    String token = known.operator().key().token(subject, Set.copyOf(scopes), now, life);
    if (json.print(
        shell,
        Map.of(
            "token",
            token,
            "subject",
            subject,
            "scopes",
            scopes.stream().map(Scope::label).toList(),
            "expires_at",
            now.plus(life).truncatedTo(ChronoUnit.SECONDS).toString()))) {
      return 0;
    }
    shell.out().println(token);
    shell
        .err()
        .printf("%nIt is shown once. Use it as: curl -H \"Authorization: Bearer TOKEN\" …%n");
    return 0;
  }
}
