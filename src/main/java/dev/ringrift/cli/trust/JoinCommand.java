package dev.ringrift.cli.trust;

import dev.ringrift.agent.port.Clock;
import dev.ringrift.agent.port.Transport;
import dev.ringrift.cli.CommandError;
import dev.ringrift.cli.ExitCode;
import dev.ringrift.cli.Shell;
import dev.ringrift.cli.node.DataDirOption;
import dev.ringrift.cli.node.NodeFolder;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.Role;
import dev.ringrift.core.UserError;
import dev.ringrift.io.clock.SystemClock;
import dev.ringrift.io.link.LinkSettings;
import dev.ringrift.io.link.LinkTransport;
import dev.ringrift.io.link.SocksProxy;
import dev.ringrift.io.trust.Enrolment;
import dev.ringrift.io.trust.Grant;
import dev.ringrift.io.trust.JoinToken;
import dev.ringrift.io.trust.NodeIdentity;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `ringrift join`: makes this machine a member, by a join token or by a grant.
@Command(name = "join", description = "Make this machine a member of a cluster.")
public final class JoinCommand implements Callable<Integer> {
  private static final Duration ANSWER_MAX = Duration.ofSeconds(20);

  @Parameters(
      paramLabel = "TOKEN",
      description = "What 'ringrift join-token' printed, or 'ringrift node issue'.")
  private String token = "";

  @Option(
      names = "--node-id",
      paramLabel = "ID",
      description = "This node's id (the folder's, or the host name).")
  private @Nullable NodeId nodeId;

  @Option(
      names = "--voter",
      paramLabel = "ID=ws://HOST:PORT",
      description = "Where a voter is, beside those in a join token.")
  private List<String> voters = new ArrayList<>();

  @Option(names = "--port", defaultValue = "8770", description = "The agent's port (8770).")
  private int port = 8770;

  @Mixin private final DataDirOption dataDir = new DataDirOption();

  private final Shell shell;

  public JoinCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    NodeFolder folder = dataDir.folder(shell);
    boolean granted = token.strip().startsWith("ringrift-grant-");
    NodeIdentity identity = granted ? byGrant(folder) : byToken(folder);
    Grant grant = identity.grant();
    shell
        .out()
        .printf(
            "node %s is a %s of cluster %s%n",
            identity.node(), identity.role().map(Role::label).orElse("member"), grant.name());
    shell.out().printf("%nnext:%n  %s agent%s%n", shell.program(), dataDir.words());
    return 0;
  }

  private NodeIdentity byGrant(NodeFolder folder) {
    Grant grant = Grant.parse(token);
    NodeId node = grant.node();
    folder.trust().store(grant);
    NodeIdentity identity = identity(folder, node, grant);
    NodeSetup setup =
        new NodeSetup(node, identity.role().orElseThrow())
            .with("bind", "0.0.0.0")
            .with("port", "" + port);
    namedVoters(setup);
    setup.write(folder.path());
    return identity;
  }

  private NodeIdentity byToken(NodeFolder folder) {
    JoinToken join = JoinToken.parse(token);
    NodeId node = NodeName.of(folder, nodeId);
    String previous = folder.trust().grant().map(Grant::credential).orElse("");
    NodeIdentity identity = identity(folder, node, join.unsigned());
    Clock clock = new SystemClock();
    Vertx vertx = Vertx.vertx();
    try (LinkTransport transport = new LinkTransport(vertx, identity, clock, links())) {
      Transport.Peer voter = transport.connect(join.addresses(), ANSWER_MAX).join();
      Enrolment.enrol(transport, voter, join, identity, previous, ANSWER_MAX);
      NodeSetup setup = new NodeSetup(node, Role.WORKER).with("port", "" + port);
      setup.voter(voter.node(), join.addresses());
      namedVoters(setup);
      setup.write(folder.path());
      return identity;
    } catch (CompletionException e) {
      if (e.getCause() instanceof UserError known) {
        throw known;
      }
      throw e;
    } finally {
      vertx.close();
    }
  }

  private LinkSettings links() {
    String proxy = shell.environment().getOrDefault("RINGRIFT_SOCKS_PROXY", "");
    return proxy.isBlank()
        ? LinkSettings.STANDARD
        : LinkSettings.STANDARD.through(SocksProxy.parse(proxy));
  }

  private static NodeIdentity identity(NodeFolder folder, NodeId node, Grant grant) {
    return new NodeIdentity(
        node,
        folder.trust().nodeKeys(),
        grant,
        new SystemClock(),
        id -> false,
        changed -> folder.trust().store(changed));
  }

  private void namedVoters(NodeSetup setup) {
    for (String voter : voters) {
      int equals = voter.indexOf('=');
      try {
        setup.voter(
            new NodeId(voter.substring(0, Math.max(0, equals))),
            List.of(voter.substring(equals + 1)));
      } catch (IllegalArgumentException e) {
        throw new CommandError(
            ExitCode.BAD_INPUT,
            new UserError(
                "--voter %s names no voter".formatted(voter),
                String.valueOf(e.getMessage()),
                "write --voter ID=ws://HOST:PORT"));
      }
    }
  }
}
