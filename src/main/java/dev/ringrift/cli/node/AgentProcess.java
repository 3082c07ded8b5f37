package dev.ringrift.cli.node;

import dev.ringrift.agent.Agent;
import dev.ringrift.agent.AgentLoop;
import dev.ringrift.agent.AgentSettings;
import dev.ringrift.agent.Event;
import dev.ringrift.agent.TaskExplainer;
import dev.ringrift.agent.port.Clock;
import dev.ringrift.agent.port.Ledger;
import dev.ringrift.agent.view.NodeView;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.Role;
import dev.ringrift.core.UserError;
import dev.ringrift.core.trust.Credential;
import dev.ringrift.io.api.Api;
import dev.ringrift.io.api.ApiOverLinks;
import dev.ringrift.io.api.ApiPorts;
import dev.ringrift.io.api.Explainer;
import dev.ringrift.io.clock.SystemClock;
import dev.ringrift.io.config.AgentConfig;
import dev.ringrift.io.fence.FenceFile;
import dev.ringrift.io.gpu.GpuReading;
import dev.ringrift.io.gpu.NvidiaSmi;
import dev.ringrift.io.http.Door;
import dev.ringrift.io.http.HttpAccess;
import dev.ringrift.io.http.HttpServerAdapter;
import dev.ringrift.io.keeper.KeeperClient;
import dev.ringrift.io.keeper.KeeperSettings;
import dev.ringrift.io.ledger.RatisLedger;
import dev.ringrift.io.link.LinkSettings;
import dev.ringrift.io.link.LinkTransport;
import dev.ringrift.io.link.SocksProxy;
import dev.ringrift.io.metrics.Metrics;
import dev.ringrift.io.network.TransportNetwork;
import dev.ringrift.io.telemetry.GpuSource;
import dev.ringrift.io.telemetry.NodeTelemetry;
import dev.ringrift.io.telemetry.TelemetrySettings;
import dev.ringrift.io.trust.Grant;
import dev.ringrift.io.trust.NodeIdentity;
import dev.ringrift.io.trust.Renewal;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A running agent: an `Agent` with everything outside that it needs, put together and taken apart.
final class AgentProcess implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AgentProcess.class);

  private static final Duration TELEMETRY_EVERY = Duration.ofSeconds(3);

  private final AgentConfig config;
  private final NodeFolder folder;
  private final String version;
  private final Parts parts = new Parts();
  private final Clock clock = new SystemClock();
  private final CompletableFuture<Throwable> death = new CompletableFuture<>();
  private volatile Predicate<String> revoked = id -> false;

  private AgentProcess(AgentConfig config, NodeFolder folder, String version) {
    this.config = config;
    this.folder = folder;
    this.version = version;
  }

  /// Starts an agent; it runs when this returns.
  ///
  /// @throws UserError when the folder, the port or the identity does not allow it
  static AgentProcess start(AgentConfig config, NodeFolder folder, String version)
      throws Exception {
    AgentProcess process = new AgentProcess(config, folder, version);
    try {
      process.open();
      return process;
    } catch (Exception e) {
      process.close();
      throw e;
    }
  }

  /// Completes when the agent can no longer go on, with the reason.
  CompletableFuture<Throwable> death() {
    return death;
  }

  private void open() throws Exception {
    folder.lock();
    parts.add(folder);
    NodeIdentity identity = identity(id -> revoked.test(id));
    Role role = identity.role().orElseThrow();
    Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2).setWorkerPoolSize(4));
    parts.add(() -> vertx.close().toCompletionStage().toCompletableFuture().join());
    LinkTransport transport =
        parts.add(new LinkTransport(vertx, identity, clock, linkSettings(config)));
    AgentLoop loop = new AgentLoop();
    List<Supplier<Optional<String>>> troubles = new ArrayList<>();
    Optional<Ledger> ledger = Optional.empty();
    if (role == Role.VOTER) {
      RatisLedger opened = parts.add(Voting.open(config, folder, identity, transport, clock));
      revoked = Voting.revoked(opened);
      Voting.serveTrust(transport, identity, opened, clock);
      ledger = Optional.of(opened);
      troubles.add(opened::trouble);
    }
    TransportNetwork network = new TransportNetwork(transport, loop);
    NodeTelemetry telemetry = parts.add(telemetry());
    KeeperClient keeper =
        parts.add(
            new KeeperClient(
                folder.path(),
                config.node(),
                KeeperSettings.DEFAULT,
                (reports, whole) -> loop.accept(new Event.KeeperReported(reports, whole))));
    List<String> addresses = Reach.addresses(config, config.port());
    identity.addresses(addresses);
    Agent agent =
        new Agent(
            settings(role, addresses),
            clock,
            network,
            ledger,
            keeper,
            telemetry,
            new FenceFile(folder.fence()),
            loop);
    Output output = Output.open(folder, config.node(), transport, ledger, agent::voters);
    parts.add(output.shipper());
    troubles.add(keeper::problem);
    serve(vertx, transport, new WholeView(agent, troubles), ledger, identity, output);
    loop.start(agent, death::complete);
    parts.add(loop);
    parts.add(new Chores(chores(transport, identity, agent, ledger, output)));
    LOG.info("node {} runs as {}, version {}", config.node(), role.label(), version);
  }

  private List<Runnable> chores(
      LinkTransport transport,
      NodeIdentity identity,
      Agent agent,
      Optional<Ledger> ledger,
      Output output) {
    List<Runnable> chores = new ArrayList<>();
    chores.add(new OutputChore(config.node(), transport, agent, output.shipper()));
    Renewal renewal =
        new Renewal(
            transport,
            identity,
            () -> agent.voters().stream().filter(transport.connected()::contains).toList(),
            transport::credentialChanged);
    chores.add(new CredentialChore(renewal));
    KnownVoters voters = new KnownVoters(folder.path());
    chores.add(() -> voters.keep(agent.voterAddresses()));
    ledger.ifPresent(own -> chores.add(new VoterChore(config, transport, own)));
    folder
        .birth()
        .ifPresent(birth -> chores.add(new Founder(folder, birth, ledger.orElseThrow(), clock)));
    return chores;
  }

  private NodeIdentity identity(Predicate<String> isRevoked) {
    Grant grant =
        folder
            .trust()
            .grant()
            .orElseThrow(
                () ->
                    new UserError(
                        "the data folder %s is of no cluster".formatted(folder.path()),
                        "it has no grant",
                        "begin a cluster with 'ringrift init', or join one with the line that"
                            + " 'ringrift join-token' prints"));
    if (!config.cluster().isEmpty() && !config.cluster().equals(grant.name())) {
      throw new UserError(
          "node %s is set up for cluster %s".formatted(config.node(), config.cluster()),
          "the data folder %s belongs to cluster %s".formatted(folder.path(), grant.name()),
          "correct 'cluster' in agent.yaml, or name another --data-dir");
    }
    NodeIdentity identity =
        new NodeIdentity(
            config.node(),
            folder.trust().nodeKeys(),
            grant,
            clock,
            isRevoked,
            changed -> folder.trust().store(changed));
    Role signed = identity.credential().map(Credential::role).orElse(Role.VIEWER);
    if (signed != config.role()) {
      throw new UserError(
          "node %s is set up as %s".formatted(config.node(), config.role().label()),
          "its credential was signed for the role %s".formatted(signed.label()),
          "correct 'role' in agent.yaml, or have it issued again with 'ringrift node issue'");
    }
    return identity;
  }

  static LinkSettings linkSettings(AgentConfig config) {
    return config
        .socksProxy()
        .map(uri -> LinkSettings.STANDARD.through(SocksProxy.parse(uri.toString())))
        .orElse(LinkSettings.STANDARD);
  }

  private NodeTelemetry telemetry() {
    NvidiaSmi driver = NvidiaSmi.usual();
    return new NodeTelemetry(
        new TelemetrySettings(
            folder.path(),
            config.slots(),
            config.cpus().map(OptionalDouble::of).orElse(OptionalDouble.empty()),
            config.gpus(),
            config.jobRole(),
            config.labels(),
            TELEMETRY_EVERY),
        () -> {
          GpuReading read = driver.read();
          return new GpuSource.Answer(read.gpus(), read.figures(), read.known(), read.problem());
        });
  }

  private AgentSettings settings(Role role, List<String> addresses) {
    return new AgentSettings(
        config.node(),
        role,
        UUID.randomUUID().toString(),
        addresses,
        version,
        ProcessHandle.current().pid(),
        new KnownVoters(folder.path()).with(config.voterAddresses()),
        config.takeoverDelay(),
        AgentSettings.LEASE,
        AgentSettings.STOP_GRACE);
  }

  private void serve(
      Vertx vertx,
      LinkTransport transport,
      NodeView view,
      Optional<Ledger> ledger,
      NodeIdentity identity,
      Output output) {
    Metrics metrics =
        new Metrics(
            view,
            () ->
                transport.connected().stream()
                    .filter(peer -> transport.rtt(peer).isPresent())
                    .collect(
                        Collectors.toMap(
                            (NodeId peer) -> peer, peer -> transport.rtt(peer).orElseThrow())));
    Explainer explainer =
        task ->
            ledger.isEmpty()
                ? List.of()
                : new TaskExplainer(ledger.get(), view)
                    .explain(task, clock.wallMillis()).stream()
                        .map(line -> new Explainer.Line(line.subject(), line.text()))
                        .toList();
    Api api =
        new Api(
            new ApiPorts(
                config.node(),
                view,
                ledger,
                transport,
                clock,
                explainer,
                output.source(),
                metrics::text));
    ApiOverLinks.serve(transport, api);
    HttpServerAdapter http =
        parts.add(
            new HttpServerAdapter(
                vertx,
                api,
                new HttpAccess(
                    view, Set.of(config.node().value()), Bearers.check(identity.tokens())),
                metrics::httpAnswered,
                transport::accept));
    http.listen(config.bind(), config.port(), Door.DIRECT);
  }

  @Override
  public void close() {
    parts.close();
  }
}
