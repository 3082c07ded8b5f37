package dev.ringrift.cli.node;

import dev.ringrift.agent.Agent;
import dev.ringrift.agent.AgentLoop;
import dev.ringrift.agent.AgentSettings;
import dev.ringrift.agent.Event;
import dev.ringrift.agent.TaskExplainer;
import dev.ringrift.agent.data.Intake;
import dev.ringrift.agent.port.Clock;
import dev.ringrift.agent.port.Ledger;
import dev.ringrift.agent.view.DataView;
import dev.ringrift.agent.view.NodeView;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.Role;
import dev.ringrift.core.UserError;
import dev.ringrift.core.ledger.Vocabulary;
import dev.ringrift.io.api.Api;
import dev.ringrift.io.api.ApiOverLinks;
import dev.ringrift.io.api.ApiPorts;
import dev.ringrift.io.api.Explainer;
import dev.ringrift.io.clock.SystemClock;
import dev.ringrift.io.config.AgentConfig;
import dev.ringrift.io.fence.FenceFile;
import dev.ringrift.io.gate.Door;
import dev.ringrift.io.gpu.GpuReading;
import dev.ringrift.io.gpu.NvidiaSmi;
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

  /// A machine without a driver is known to have none at once, and so offers all from the start.
  private static final long GPUS_AWAITED_MILLIS = 200;

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
    NodeIdentity identity = Membership.of(config, folder, clock, id -> revoked.test(id));
    Role role = identity.role().orElseThrow();
    Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2).setWorkerPoolSize(4));
    parts.add(() -> vertx.close().toCompletionStage().toCompletableFuture().join());
    LinkTransport transport =
        parts.add(new LinkTransport(vertx, identity, clock, linkSettings(config)));
    AgentLoop loop = new AgentLoop();
    List<Supplier<Optional<UserError>>> troubles = new ArrayList<>();
    Optional<Ledger> ledger = Optional.empty();
    if (role == Role.VOTER) {
      RatisLedger opened = parts.add(Voting.open(config, folder, identity, transport, clock));
      revoked = Voting.revoked(opened);
      Voting.serveTrust(transport, identity, opened, clock);
      ledger = Optional.of(opened);
      troubles.add(() -> opened.trouble().map(Voting::trouble));
    }
    TransportNetwork network = new TransportNetwork(transport, loop);
    NodeTelemetry telemetry = parts.add(telemetry());
    KeeperClient keeper =
        parts.add(
            new KeeperClient(
                folder.path(),
                config.node(),
                KeeperSettings.DEFAULT.withBuild(Build.of(version)),
                (reports, whole) -> loop.accept(new Event.KeeperReported(reports, whole))));
    List<String> addresses = Reach.addresses(config, config.port());
    identity.addresses(addresses);
    NodeFiles files = NodeFiles.open(config, folder, identity, parts);
    OtherHolders holders = new OtherHolders(config.node(), role);
    String dataUrl = files.serve(config, identity, addresses, holders, parts);
    Aria2Answers.open(config, folder, files, version, vertx, System.getenv(), parts);
    Agent agent =
        new Agent(
            settings(role, addresses, dataUrl),
            clock,
            network,
            ledger,
            keeper,
            telemetry,
            new FenceFile(folder.fence()),
            files.depot(),
            loop);
    Output output = parts.add(Output.open(folder, config.node(), transport, ledger, agent::voters));
    troubles.add(keeper::problem);
    troubles.add(telemetry::trouble);
    WrittenVoters written = new WrittenVoters(config.voters(), config.votersFrom(), agent);
    serve(
        vertx,
        transport,
        new WholeView(agent, troubles, written::warnings),
        ledger,
        identity,
        output,
        agent,
        files.intake(),
        holders);
    var _ = telemetry.awaitGpus(GPUS_AWAITED_MILLIS);
    loop.start(agent, death::complete);
    parts.add(loop);
    parts.add(new Chores(chores(transport, identity, agent, ledger, output, written)));
    LOG.info("node {} runs as {}, version {}", config.node(), role.label(), version);
  }

  private List<Runnable> chores(
      LinkTransport transport,
      NodeIdentity identity,
      Agent agent,
      Optional<Ledger> ledger,
      Output output,
      WrittenVoters written) {
    List<Runnable> chores = new ArrayList<>();
    chores.add(written);
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
    ledger.ifPresent(own -> chores.add(new VoterChore(transport, own)));
    chores.add(() -> identity.leftBehind().ifPresent(death::complete));
    folder
        .birth()
        .ifPresent(birth -> chores.add(new Founder(folder, birth, ledger.orElseThrow(), clock)));
    return chores;
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
            KeeperSettings.DEFAULT.diskFloorMib(),
            TELEMETRY_EVERY),
        () -> {
          GpuReading read = driver.read();
          return new GpuSource.Answer(read.gpus(), read.figures(), read.known(), read.problem());
        });
  }

  private AgentSettings settings(Role role, List<String> addresses, String dataUrl) {
    return new AgentSettings(
        config.node(),
        role,
        UUID.randomUUID().toString(),
        addresses,
        dataUrl,
        version,
        Vocabulary.OWN.newest(),
        ProcessHandle.current().pid(),
        new KnownVoters(folder.path()).with(config.voterAddresses()),
        config.takeoverDelay(),
        AgentSettings.STOP_GRACE);
  }

  private void serve(
      Vertx vertx,
      LinkTransport transport,
      NodeView view,
      Optional<Ledger> ledger,
      NodeIdentity identity,
      Output output,
      DataView agent,
      Intake intake,
      OtherHolders holders) {
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
                : new TaskExplainer(ledger.get(), view, agent)
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
                agent,
                intake,
                metrics::text));
    ApiOverLinks.serve(transport, api);
    holders.ask(api);
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
