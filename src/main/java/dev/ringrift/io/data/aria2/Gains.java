package dev.ringrift.io.data.aria2;

import dev.ringrift.agent.data.Fetch.Share;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// What each source gave. aria2 tells only how fast each is just now, so its bytes are reckoned:
/// what came between two looks is shared out by those rates. Thread-safe.
final class Gains {
  private final Map<String, Double> bytes = new HashMap<>();
  private final Map<String, Long> rates = new HashMap<>();
  private final Map<String, Integer> connections = new HashMap<>();

  /// @param servers what `aria2.getServers` answers
  /// @param gained bytes since the last look
  synchronized void look(JsonNode servers, long gained) {
    rates.clear();
    connections.clear();
    for (JsonNode file : servers) {
      for (JsonNode server : file.path("servers")) {
        String uri = server.path("uri").asString("");
        rates.merge(uri, server.path("downloadSpeed").asLong(0), Long::sum);
        connections.merge(uri, 1, Integer::sum);
      }
    }
    long all = rates.values().stream().mapToLong(Long::longValue).sum();
    int open = connections.size();
    for (String uri : connections.keySet()) {
      double share = all > 0 ? (double) rates.getOrDefault(uri, 0L) / all : 1.0 / open;
      bytes.merge(uri, gained * share, Double::sum);
    }
  }

  /// The fetch has ended: nothing is open any more, and all bytes together are `total`.
  ///
  /// @param sources that it had; when it was too quick to be looked at, each gave as much
  synchronized void end(long total, List<URI> sources) {
    rates.clear();
    connections.clear();
    if (sources.size() == 1) {
      bytes.clear(); // aria2 tells of a server before it tells its address
      bytes.put(sources.getFirst().toASCIIString(), (double) total);
    }
    double known = bytes.values().stream().mapToDouble(Double::doubleValue).sum();
    if (known > 0) {
      bytes.replaceAll((uri, part) -> part * total / known);
    } else {
      sources.forEach(uri -> bytes.put(uri.toASCIIString(), (double) total / sources.size()));
    }
  }

  synchronized Share of(URI url, String label, String trouble) {
    String uri = url.toASCIIString();
    return new Share(
        label,
        Math.round(bytes.getOrDefault(uri, 0.0)),
        rates.getOrDefault(uri, 0L),
        connections.getOrDefault(uri, 0),
        0,
        trouble);
  }
}
