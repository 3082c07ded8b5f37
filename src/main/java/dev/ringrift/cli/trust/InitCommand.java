package dev.ringrift.cli.trust;

import dev.ringrift.cli.Shell;
import dev.ringrift.cli.node.DataDirOption;
import dev.ringrift.cli.node.NodeFolder;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.Role;
import dev.ringrift.core.UserError;
import dev.ringrift.io.config.HostsFile;
import dev.ringrift.io.config.Settings;
import dev.ringrift.io.trust.Ed25519;
import dev.ringrift.io.trust.Grant;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `ringrift init`: makes a cluster with this machine as its first voter.
@Command(name = "init", description = "Make a cluster; this machine is its first voter.")
public final class InitCommand implements Callable<Integer> {
  @Option(names = "--name", defaultValue = "main", description = "The cluster's name (main).")
  private String name = "main";

  @Option(names = "--node-id", paramLabel = "ID", description = "This node's id (host name).")
  private @Nullable NodeId nodeId;

  @Option(
      names = "--address",
      paramLabel = "ws://HOST:PORT",
      description = "Where other nodes can dial this one; may be given more than once.")
  private List<String> addresses = new ArrayList<>();

  @Option(
      names = "--voters",
      split = ",",
      paramLabel = "ID",
      description = "All voters that the cluster shall have, highest rank first (this node).")
  private List<NodeId> voters = new ArrayList<>();

  @Option(
      names = "--hosts-file",
      paramLabel = "FILE",
      description = "Take voters and their addresses from this distributed_hosts.yaml.")
  private @Nullable Path hostsFile;

  @Option(names = "--port", defaultValue = "8770", description = "The agent's port (8770).")
  private int port = 8770;

  @Mixin private final DataDirOption dataDir = new DataDirOption();

  private final Shell shell;

  public InitCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    NodeFolder folder = dataDir.folder(shell);
    folder
        .trust()
        .grant()
        .ifPresent(
            held -> {
              throw new UserError(
                  "the data folder %s belongs to cluster %s".formatted(folder.path(), held.name()),
                  "a node is of one cluster for good",
                  "name another --data-dir for a new cluster");
            });
    NodeId node = NodeName.of(folder, nodeId);
    Map<NodeId, List<String>> known = new LinkedHashMap<>();
    List<NodeId> ranked = ranked(node, known);
    if (!addresses.isEmpty()) {
      known.put(node, addresses);
    }
    OperatorFolder operator = new OperatorFolder(OperatorFolder.under(shell.dataDir(), name));
    String id = operator.create(name);
    Grant grant =
        operator.issue(node, Role.VOTER, Ed25519.text(folder.trust().nodeKeys().getPublic()));
    folder.trust().store(grant);
    NodeSetup setup =
        new NodeSetup(node, Role.VOTER).with("bind", "0.0.0.0").with("port", "" + port);
    if (!addresses.isEmpty()) {
      setup.with("advertise", String.join(",", addresses));
    }
    known.forEach(setup::voter);
    boolean written = setup.write(folder.path());
    folder.markBirth(new NodeFolder.Birth(id, name, ranked));
    remember(node, known);
    tell(operator, node, ranked, written);
    return 0;
  }

  /// The flag goes first, then `RINGRIFT_P2P_VOTERS`, then the hosts file, then this node alone.
  private List<NodeId> ranked(NodeId node, Map<NodeId, List<String>> known) {
    List<NodeId> ranked = new ArrayList<>();
    String variable = shell.environment().getOrDefault("RINGRIFT_P2P_VOTERS", "");
    if (!voters.isEmpty()) {
      ranked.addAll(voters);
    } else if (!variable.isBlank()) {
      ranked.addAll(named(variable));
    }
    if (hostsFile != null) {
      HostsFile hosts = HostsFile.read(hostsFile);
      known.putAll(hosts.voterAddresses());
      if (ranked.isEmpty()) {
        ranked.addAll(hosts.voters());
      }
    }
    if (ranked.isEmpty()) {
      ranked.add(node);
    }
    if (!ranked.contains(node)) {
      throw new UserError(
          "node %s is not among the voters %s".formatted(node, ranked),
          "a cluster begins on one of its voters",
          "run init on one of them, or name this one with --node-id");
    }
    return ranked;
  }

  private static List<NodeId> named(String variable) {
    try {
      return Arrays.stream(variable.split(",", -1)).map(id -> new NodeId(id.strip())).toList();
    } catch (IllegalArgumentException e) {
      throw new UserError(
          "RINGRIFT_P2P_VOTERS: " + e.getMessage(), "", "write it as in v1,v2,v3, or unset it");
    }
  }

  private void remember(NodeId node, Map<NodeId, List<String>> known) {
    Map<NodeId, List<String>> dialled = new LinkedHashMap<>(known);
    dialled.put(node, List.of("ws://127.0.0.1:" + port));
    Settings.read(shell.dataDir())
        .with(
            new Settings.Cluster(
                name,
                false,
                List.of("http://127.0.0.1:" + port),
                dialled,
                OperatorFolder.under(shell.dataDir(), name).toString()))
        .write(shell.dataDir());
  }

  private void tell(OperatorFolder operator, NodeId node, List<NodeId> ranked, boolean written) {
    String program = shell.program();
    shell.out().printf("cluster %s is made; %s is its first voter%n", name, node);
    shell
        .out()
        .printf(
            "  the operator's key is in %s: keep a backup, it is not made twice%n",
            operator.path());
    if (!written) {
      shell.out().println("  agent.yaml was there and is left as it is");
    }
    shell.out().println();
    shell.out().println("next:");
    shell.out().printf("  %s agent%s%n", program, dataDir.words());
    shell.out().println("      runs this node, in the foreground");
    shell.out().printf("  %s join-token%n", program);
    shell.out().println("      prints the line to paste on a machine that is to become a worker");
    if (ranked.size() > 1) {
      shell.out().printf("  %s node request --node-id ID%n", program);
      shell.out().println("      on each other voter; it says how to go on");
    }
  }
}
