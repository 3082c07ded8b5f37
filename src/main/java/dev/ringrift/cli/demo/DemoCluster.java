package dev.ringrift.cli.demo;

import dev.ringrift.agent.AttemptReport;
import dev.ringrift.cli.node.AgentLaunch;
import dev.ringrift.cli.node.NodeFolder;
import dev.ringrift.cli.trust.NodeSetup;
import dev.ringrift.cli.trust.OperatorFolder;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.Role;
import dev.ringrift.core.UserError;
import dev.ringrift.io.config.Settings;
import dev.ringrift.io.keeper.KeeperClient;
import dev.ringrift.io.keeper.KeeperSettings;
import dev.ringrift.io.trust.Ed25519;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// The demo's nodes: their folders, and their processes on this machine. Everything is below one
/// folder, so that it can be taken down without a trace.
final class DemoCluster {
  /// What the demo's cluster is called in settings.
  static final String NAME = "demo";

  private static final Duration END_GRACE = Duration.ofSeconds(5);
  // A keeper that was killed is started again to end its jobs, which takes its time when all are.
  private static final Duration KEEPERS_END_MAX = Duration.ofSeconds(30);
  private static final String WORKER_GPUS = "2x RTX 4090 24564MiB";

  private static final int DATA_PORT_BELOW = 4;
  private static final int ARIA2_PORT_BELOW = 1_970;
  private static final int OTHERS_ABOVE = 10_000;

  private final Path folder;
  private final int voters;
  private final int workers;
  private final int firstPort;
  private final Consumer<Duration> pause;

  /// @param firstPort of the first voter; the others have the next ones
  DemoCluster(Path folder, int voters, int workers, int firstPort, Consumer<Duration> pause) {
    this.folder = folder.toAbsolutePath().normalize();
    this.voters = voters;
    this.workers = workers;
    this.firstPort = firstPort;
    this.pause = pause;
  }

  int nodes() {
    return voters + workers;
  }

  /// Whether nodes were made here before.
  boolean exists() {
    return !folders().isEmpty();
  }

  /// The nodes whose agents run.
  List<Path> running() {
    return folders().stream().filter(dir -> AgentLaunch.running(dir).isPresent()).toList();
  }

  /// Makes the cluster's key and every node's folder.
  void create() {
    OperatorFolder operator = new OperatorFolder(folder.resolve("operator"));
    String id = operator.create(NAME);
    Map<NodeId, List<String>> addresses = voterAddresses();
    for (int i = 0; i < nodes(); i++) {
      NodeFolder node = new NodeFolder(folder.resolve(name(i)));
      Role role = i < voters ? Role.VOTER : Role.WORKER;
      NodeId nodeId = new NodeId(name(i));
      node.trust()
          .store(operator.issue(nodeId, role, Ed25519.text(node.trust().nodeKeys().getPublic())));
      NodeSetup setup =
          new NodeSetup(nodeId, role)
              .with("bind", "127.0.0.1")
              .with("port", "" + (firstPort + i))
              .with("data_port", "" + dataPort(i))
              .with("aria2_port", "" + aria2Port(i))
              .with("slots", role == Role.VOTER ? "0" : "4")
              .with("takeover_delay", "5s");
      if (role == Role.WORKER) {
        setup.with("gpus", WORKER_GPUS);
      }
      addresses.forEach(setup::voter);
      setup.write(node.path());
      if (i == 0) {
        node.markBirth(new NodeFolder.Birth(id, NAME, List.copyOf(addresses.keySet())));
      }
    }
  }

  /// The first node's is 8766 beside 8770, where people look; the others are out of the way.
  private int dataPort(int index) {
    return firstPort - DATA_PORT_BELOW + (index == 0 ? 0 : OTHERS_ABOVE + index);
  }

  /// The first node's is 6800 beside 8770, where aria2's is; the others are out of the way.
  private int aria2Port(int index) {
    return firstPort - ARIA2_PORT_BELOW + (index == 0 ? 0 : OTHERS_ABOVE + index);
  }

  /// How commands reach it.
  Settings.Cluster settings() {
    List<String> http = new ArrayList<>();
    for (int i = 0; i < voters; i++) {
      http.add("http://127.0.0.1:" + (firstPort + i));
    }
    return new Settings.Cluster(
        NAME, true, http, voterAddresses(), folder.resolve("operator").toString());
  }

  /// Where each node answers over HTTP.
  Map<String, String> addresses() {
    Map<String, String> addresses = new LinkedHashMap<>();
    for (int i = 0; i < nodes(); i++) {
      addresses.put(name(i), "http://127.0.0.1:" + (firstPort + i));
    }
    return addresses;
  }

  private Map<NodeId, List<String>> voterAddresses() {
    Map<NodeId, List<String>> addresses = new LinkedHashMap<>();
    for (int i = 0; i < voters; i++) {
      addresses.put(new NodeId(name(i)), List.of("ws://127.0.0.1:" + (firstPort + i)));
    }
    return addresses;
  }

  private String name(int index) {
    return index < voters ? "v" + (index + 1) : "w" + (index - voters + 1);
  }

  /// Starts every agent that does not run.
  void start() throws IOException {
    for (int i = 0; i < nodes(); i++) {
      Path dir = folder.resolve(name(i));
      if (AgentLaunch.running(dir).isEmpty()) {
        AgentLaunch.start(dir, Map.of());
      }
    }
  }

  /// What the agents that ended said last.
  String complaints() {
    StringBuilder text = new StringBuilder();
    for (Path dir : folders()) {
      if (AgentLaunch.running(dir).isEmpty()) {
        text.append(dir.getFileName()).append(": ").append(lastWords(dir)).append('\n');
      }
    }
    return text.toString().strip();
  }

  private static String lastWords(Path dir) {
    try {
      List<String> lines = Files.readAllLines(dir.resolve("agent.out"));
      return String.join("\n", lines.subList(Math.max(0, lines.size() - 5), lines.size()));
    } catch (IOException e) {
      return "it said nothing";
    }
  }

  /// Ends all agents, keepers and jobs, and removes the folder.
  void down() throws IOException, InterruptedException {
    List<ProcessHandle> agents = new ArrayList<>();
    for (Path dir : folders()) {
      AgentLaunch.running(dir).ifPresent(agents::add);
    }
    agents.forEach(ProcessHandle::destroy);
    long end = System.nanoTime() + END_GRACE.toNanos();
    for (ProcessHandle agent : agents) {
      while (agent.isAlive() && System.nanoTime() - end < 0) {
        pause.accept(Duration.ofMillis(50));
      }
      agent.destroyForcibly();
    }
    endJobs();
    remove();
  }

  /// Ends jobs and keepers on all nodes at once; a keeper that does not leave is ended too.
  private void endJobs() throws InterruptedException {
    List<KeeperClient> keepers = new ArrayList<>();
    for (Path dir : folders()) {
      if (Files.isDirectory(dir.resolve("attempts"))) {
        NodeId node = new NodeId(String.valueOf(dir.getFileName()));
        KeeperClient keeper =
            new KeeperClient(dir, node, KeeperSettings.DEFAULT, DemoCluster::ignore);
        keeper.endAll("the demo ends", Duration.ofSeconds(1));
        keepers.add(keeper);
      }
    }
    long end = System.nanoTime() + KEEPERS_END_MAX.toNanos();
    for (KeeperClient keeper : keepers) {
      if (!keeper.awaitEnd(Duration.ofNanos(Math.max(1, end - System.nanoTime())))) {
        keeper.endNow();
      }
      keeper.close();
    }
  }

  private static void ignore(List<AttemptReport> reports, boolean whole) {
    // nobody is left to be told
  }

  private void remove() throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> all = Files.walk(folder)) {
        for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(path);
        }
      }
    }
  }

  private List<Path> folders() {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(dir -> Files.exists(dir.resolve("agent.yaml"))).sorted().toList();
    } catch (IOException e) {
      throw new UserError("cannot read " + folder, e.toString(), "is it yours to read?");
    }
  }

  /// The pid of a node's agent.
  Optional<Long> pid(String node) {
    return AgentLaunch.running(folder.resolve(node)).map(ProcessHandle::pid);
  }
}
