package dev.ringrift.cli;

import java.util.Map;
import tools.jackson.databind.JsonNode;

/// Asks a cluster, as the API on port 8770 has it (`docs/protocol.md`). Calls block; each throws a
/// `CommandError` that says what the cluster refused, or why it cannot be reached.
public interface ClusterClient extends AutoCloseable {
  /// Reads.
  ///
  /// @param path for example `/api/v1/jobs`
  /// @param query names and values, not yet encoded
  JsonNode get(String path, Map<String, String> query);

  /// Reads from an agent on this machine; an empty object where none answers.
  JsonNode here(String path);

  /// Changes something; `body` is what `io.json` writes.
  JsonNode post(String path, Object body);

  /// What people call the cluster.
  String clusterName();

  @Override
  void close();
}
