package dev.ringrift.io.config;

import dev.ringrift.core.NodeId;
import dev.ringrift.core.Role;
import dev.ringrift.core.UserError;
import dev.ringrift.core.jobs.Gpu;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// Reads an agent's config from its file, the environment and flags; all problems at once. Each
/// key has a variable `RINGRIFT_` and the key in capitals.
final class AgentConfigReader {
  /// Every setting, for the variables and for suggestions.
  static final List<String> KEYS =
      List.of(
          "node",
          "role",
          "cluster",
          "bind",
          "port",
          "data_port",
          "aria2_port",
          "advertise",
          "p2p_voters",
          "voters",
          "hosts_file",
          "slots",
          "cpus",
          "gpus",
          "job_role",
          "labels",
          "socks_proxy",
          "http_proxy",
          "data_budget",
          "takeover_delay",
          "p2p_verbose");

  private final Path dataDir;
  private final Problems problems = new Problems();
  private final Section settings;

  AgentConfigReader(Path dataDir, Map<String, String> environment, Map<String, String> flags) {
    this.dataDir = dataDir;
    Path file = AgentConfig.file(dataDir);
    String text = PrivateFiles.read(file).orElse("");
    Value.Table table = Yaml.table(text, "%s is not valid".formatted(file), problems);
    Variables variables = new Variables(KEYS, environment);
    for (String key : KEYS) {
      Optional<String> value = variables.value(key);
      if (value.isPresent()) {
        table = table.with(key, Value.of(Variables.name(key), value.get()));
      }
    }
    for (Map.Entry<String, String> flag : flags.entrySet()) {
      table = table.with(flag.getKey(), Value.of("--set " + flag.getKey(), flag.getValue()));
    }
    this.settings = new Section(table, problems);
    variables.refuseMisspelt(problems);
  }

  AgentConfig read() {
    Optional<NodeId> node = node();
    Role role = role();
    Optional<HostsFile> hosts = hosts();
    Map<NodeId, List<String>> addresses = voterAddresses(hosts);
    List<NodeId> voters = voters(hosts, addresses);
    Optional<Integer> slots = settings.whole("slots", 0, 10_000);
    AgentConfig config =
        new AgentConfig(
            dataDir,
            node.orElse(new NodeId("unknown")),
            role,
            settings.text("cluster").orElse(""),
            settings.text("bind").orElse("127.0.0.1"),
            settings.whole("port", 0, 65_535).orElse(Addresses.PORT),
            settings.whole("data_port", 0, 65_535).orElse(AgentConfig.DATA_PORT),
            settings.whole("aria2_port", 0, 65_535).orElse(AgentConfig.ARIA2_PORT),
            addresses("advertise", settings.texts("advertise")),
            voters,
            votersFrom(hosts),
            addresses,
            slots.map(OptionalInt::of).orElse(OptionalInt.empty()),
            settings.amount("cpus"),
            gpus(),
            settings.text("job_role").orElse(""),
            settings.textMap("labels"),
            proxy("socks_proxy", "socks5h?", "socks5://host:port"),
            proxy("http_proxy", "http", "http://host:port"),
            budget(),
            settings.duration("takeover_delay").orElse(AgentConfig.TAKEOVER_DELAY),
            settings.flag("p2p_verbose").orElse(false));
    settings.refuseOthers();
    problems.throwIfAny(
        "the agent's settings are not valid",
        "correct %s, the variables or the flags named".formatted(AgentConfig.file(dataDir)));
    return config;
  }

  private Optional<NodeId> node() {
    Optional<String> text = settings.text("node");
    if (text.isEmpty()) {
      problems.add("", "'node' is missing: give this node an id, for example 'node: gpu-1'");
    }
    return text.flatMap(id -> nodeId("node", id));
  }

  private Role role() {
    String text = settings.text("role").orElse("worker");
    return switch (text) {
      case "voter" -> Role.VOTER;
      case "worker" -> Role.WORKER;
      default -> {
        settings.problem("role", "is '%s': an agent is a voter or a worker".formatted(text));
        yield Role.WORKER;
      }
    };
  }

  private Optional<HostsFile> hosts() {
    Optional<String> file = settings.text("hosts_file");
    try {
      return file.map(name -> HostsFile.read(dataDir.resolve(name)));
    } catch (UserError e) {
      settings.problem("hosts_file", "%s: %s".formatted(e.what(), e.because()));
      return Optional.empty();
    }
  }

  private Map<NodeId, List<String>> voterAddresses(Optional<HostsFile> hosts) {
    Map<NodeId, List<String>> found = new LinkedHashMap<>();
    hosts.ifPresent(file -> found.putAll(file.voterAddresses()));
    settings
        .textLists("voters")
        .forEach(
            (id, list) ->
                nodeId("voters", id)
                    .ifPresent(voter -> found.put(voter, addresses("voters", list))));
    return found;
  }

  private List<NodeId> voters(Optional<HostsFile> hosts, Map<NodeId, List<String>> addresses) {
    if (!settings.has("p2p_voters")) {
      List<NodeId> ranked = hosts.map(HostsFile::voters).orElse(List.of());
      return ranked.isEmpty() ? new ArrayList<>(addresses.keySet()) : ranked;
    }
    LinkedHashSet<NodeId> voters = new LinkedHashSet<>();
    for (String id : settings.texts("p2p_voters")) {
      Optional<NodeId> voter = nodeId("p2p_voters", id);
      if (voter.isPresent() && !voters.add(voter.get())) {
        settings.problem("p2p_voters", "names '%s' twice".formatted(id));
      }
    }
    return new ArrayList<>(voters);
  }

  private String votersFrom(Optional<HostsFile> hosts) {
    if (settings.has("p2p_voters")) {
      return written("p2p_voters");
    }
    if (hosts.isPresent() && !hosts.get().voters().isEmpty()) {
      return settings.text("hosts_file").orElse("");
    }
    return settings.has("voters") ? written("voters") : "";
  }

  private String written(String key) {
    String where = settings.where(key);
    return where.startsWith("line") ? "agent.yaml, " + where : where;
  }

  private Optional<List<Gpu>> gpus() {
    try {
      return settings.text("gpus").map(GpuText::parse);
    } catch (IllegalArgumentException e) {
      settings.problem("gpus", "is wrong: " + e.getMessage());
      return Optional.empty();
    }
  }

  private DiskBudget budget() {
    try {
      return settings.text("data_budget").map(DiskBudget::parse).orElse(DiskBudget.USUAL);
    } catch (IllegalArgumentException e) {
      settings.problem("data_budget", "is wrong: " + e.getMessage());
      return DiskBudget.USUAL;
    }
  }

  private Optional<URI> proxy(String key, String schemes, String form) {
    Optional<String> text = settings.text(key).filter(value -> !value.isBlank());
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      URI uri = new URI(text.get().strip());
      if (String.valueOf(uri.getScheme()).matches(schemes)
          && uri.getHost() != null
          && uri.getPort() > 0) {
        return Optional.of(uri);
      }
    } catch (URISyntaxException e) {
      // falls through to the same message
    }
    settings.problem(key, "is '%s': write %s".formatted(text.get(), form));
    return Optional.empty();
  }

  private List<String> addresses(String key, List<String> written) {
    List<String> normal = new ArrayList<>();
    for (String address : written) {
      try {
        normal.add(Addresses.normalise(address));
      } catch (IllegalArgumentException e) {
        settings.problem(key, "is wrong: " + e.getMessage());
      }
    }
    return normal;
  }

  private Optional<NodeId> nodeId(String key, String id) {
    try {
      return Optional.of(new NodeId(id));
    } catch (IllegalArgumentException e) {
      settings.problem(key, "is wrong: " + e.getMessage());
      return Optional.empty();
    }
  }
}
