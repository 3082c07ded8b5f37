package dev.ringrift.io.config;

import dev.ringrift.core.NodeId;
import dev.ringrift.core.Role;
import dev.ringrift.core.jobs.Gpu;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// How one agent is set up. Read by `AgentConfigReader` from `agent.yaml`, `RINGRIFT_…` variables
/// and flags, of which a later one goes first.
///
/// @param dataDir where the agent keeps its state
/// @param node its id in the cluster
/// @param role `VOTER` or `WORKER`
/// @param cluster the cluster's name; empty where the credential says it
/// @param bind the address that it listens on
/// @param port for HTTP and links
/// @param dataPort for the files that it serves; 0 for any free one
/// @param aria2Port for aria2's JSON-RPC, on loopback; 0 for any free one
/// @param advertise where others can dial it, `ws://host:port`; empty to work it out
/// @param voters highest rank first; used at the cluster's birth and to find the cluster
/// @param votersFrom where that list was written, for example `RINGRIFT_P2P_VOTERS`; empty where
///     nowhere
/// @param voterAddresses `ws://host:port` of each voter
/// @param slots the most tasks at a time; empty to derive it
/// @param cpus processors for tasks; empty for what the machine has
/// @param gpus empty to measure them
/// @param jobRole what jobs ask for by `resources.role`; may be empty
/// @param labels what jobs ask for by `resources.labels`
/// @param socksProxy used by every outgoing connection but those to this machine
/// @param httpProxy used to fetch files where there is no SOCKS proxy, and by aria2; knows CONNECT
/// @param dataBudget what the cluster's files may have of the disk
/// @param takeoverDelay how long a returned senior voter has to be well before it leads
/// @param verbose whether the log has the detail that finding a fault takes
public record AgentConfig(
    Path dataDir,
    NodeId node,
    Role role,
    String cluster,
    String bind,
    int port,
    int dataPort,
    int aria2Port,
    List<String> advertise,
    List<NodeId> voters,
    String votersFrom,
    Map<NodeId, List<String>> voterAddresses,
    OptionalInt slots,
    Optional<Double> cpus,
    Optional<List<Gpu>> gpus,
    String jobRole,
    Map<String, String> labels,
    Optional<URI> socksProxy,
    Optional<URI> httpProxy,
    DiskBudget dataBudget,
    Duration takeoverDelay,
    boolean verbose) {
  /// Where a node serves its files unless its settings say otherwise.
  public static final int DATA_PORT = 8766;

  /// Where aria2's own JSON-RPC is, and so ours.
  public static final int ARIA2_PORT = 6800;

  /// Before a returned senior takes over; doubles when it flaps.
  public static final Duration TAKEOVER_DELAY = Duration.ofSeconds(30);

  public AgentConfig {
    advertise = List.copyOf(advertise);
    voters = List.copyOf(voters);
    voterAddresses = Map.copyOf(voterAddresses);
    gpus = gpus.map(List::copyOf);
    labels = Map.copyOf(labels);
  }

  /// The file in a data folder.
  public static Path file(Path dataDir) {
    return dataDir.resolve("agent.yaml");
  }

  /// Reads the config of the agent with this data folder; there need not be a file.
  ///
  /// @param environment variables; those that begin with `RINGRIFT_` and name a setting count, and
  ///     one that nearly does is a problem
  /// @param flags settings by key, for example `port`, from the command line
  /// @throws dev.ringrift.core.UserError with every problem at once
  public static AgentConfig read(
      Path dataDir, Map<String, String> environment, Map<String, String> flags) {
    return new AgentConfigReader(dataDir, environment, flags).read();
  }

  /// The `RINGRIFT_…` variables that are neither a setting nor anything else of this program.
  public static List<String> unknownVariables(Map<String, String> environment) {
    return new Variables(AgentConfigReader.KEYS, environment).strangers();
  }

  /// Writes settings by key into a data folder's `agent.yaml`, in their order.
  ///
  /// @param settings keys as in the file; strings, numbers, booleans, lists and maps
  public static void write(Path dataDir, Map<String, ?> settings) {
    PrivateFiles.write(file(dataDir), Yaml.write(settings));
  }
}
