package dev.ringrift.cli.node;

import dev.ringrift.core.NodeId;
import dev.ringrift.io.config.PrivateFiles;
import dev.ringrift.io.json.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The voters' addresses as the cluster last told them, in the data folder, so that a node finds
/// its way back when the voter that it joined by is long gone. Not thread-safe.
final class KnownVoters {
  private final Path file;
  private Map<NodeId, List<String>> kept = Map.of();

  KnownVoters(Path dataDir) {
    file = dataDir.resolve("voters.json");
  }

  /// What is configured, and what was told in addition.
  Map<NodeId, List<String>> with(Map<NodeId, List<String>> configured) {
    Map<NodeId, List<String>> all = new TreeMap<>(configured);
    Optional<String> text = PrivateFiles.read(file);
    if (text.isPresent()) {
      Json.read(text.get().getBytes(StandardCharsets.UTF_8), Told.class)
          .voters()
          .forEach((name, told) -> all.merge(new NodeId(name), told, KnownVoters::union));
    }
    return all;
  }

  private static List<String> union(List<String> first, List<String> second) {
    List<String> all = new ArrayList<>(first);
    second.stream().filter(address -> !all.contains(address)).forEach(all::add);
    return all;
  }

  /// Keeps what the cluster told now, when it is news.
  void keep(Map<NodeId, List<String>> told) {
    if (told.equals(kept) || told.isEmpty()) {
      return;
    }
    Map<String, List<String>> voters = new TreeMap<>();
    told.forEach((node, addresses) -> voters.put(node.value(), addresses));
    PrivateFiles.write(file, Json.pretty(new Told(voters)));
    kept = told;
  }

  private record Told(Map<String, List<String>> voters) {}
}
