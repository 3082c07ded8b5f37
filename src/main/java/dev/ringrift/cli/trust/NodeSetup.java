package dev.ringrift.cli.trust;

import dev.ringrift.core.NodeId;
import dev.ringrift.core.Role;
import dev.ringrift.io.config.AgentConfig;
import dev.ringrift.io.config.PrivateFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Writes the `agent.yaml` of a new node. An existing one is the user's and stays as it is.
public final class NodeSetup {
  private final NodeId node;
  private final Role role;
  private final Map<String, String> settings = new LinkedHashMap<>();
  private final Map<NodeId, List<String>> voters = new TreeMap<>();

  public NodeSetup(NodeId node, Role role) {
    this.node = node;
    this.role = role;
  }

  /// Sets one more key; the value is written in quotes.
  public NodeSetup with(String key, String value) {
    settings.put(key, value);
    return this;
  }

  /// Where a voter can be dialled.
  public NodeSetup voter(NodeId voter, List<String> addresses) {
    voters.put(voter, addresses);
    return this;
  }

  /// Writes the file, unless there is one.
  ///
  /// @return whether it was written
  public boolean write(Path dataDir) {
    Path file = AgentConfig.file(dataDir);
    if (Files.exists(file)) {
      return false;
    }
    StringBuilder text = new StringBuilder();
    text.append("# How this machine's agent is set up; 'docs/operating.md' has every key.\n");
    text.append("node: ").append(node).append('\n');
    text.append("role: ").append(role.label()).append('\n');
    settings.forEach(
        (key, value) -> text.append(key).append(": ").append(quoted(value)).append('\n'));
    if (!voters.isEmpty()) {
      text.append("voters:\n");
      voters.forEach(
          (id, addresses) ->
              text.append("  ")
                  .append(id)
                  .append(": [")
                  .append(String.join(", ", addresses.stream().map(NodeSetup::quoted).toList()))
                  .append("]\n"));
    }
    PrivateFiles.write(file, text.toString());
    return true;
  }

  private static String quoted(String value) {
    return "'" + value.replace("'", "''") + "'";
  }
}
