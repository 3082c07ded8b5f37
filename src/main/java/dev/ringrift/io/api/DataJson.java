package dev.ringrift.io.api;

import dev.ringrift.agent.data.FetchReport;
import dev.ringrift.agent.view.DataView;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.data.Content;
import dev.ringrift.core.ledger.DataRecord;
import dev.ringrift.core.ledger.DataVersion;
import dev.ringrift.io.json.Json;
import java.time.Instant;
import java.util.Map;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Published names as JSON.
final class DataJson {
  private DataJson() {}

  /// @param files what nodes hold; empty where that is not known
  static ObjectNode of(DataRecord record, Map<NodeId, DataView.OnNode> files) {
    ObjectNode json = version(record.newest());
    json.put("name", record.name().value());
    json.put("versions", record.versions().size());
    json.put("copies", record.copies());
    ArrayNode keepOn = json.putArray("keep_on");
    record.keepOn().forEach(node -> keepOn.add(node.value()));
    ArrayNode holders = json.putArray("holders");
    files.forEach(
        (node, on) -> {
          if (on.whole().contains(record.newest().content().id())) {
            holders.add(node.value());
          }
        });
    return json;
  }

  static ObjectNode version(DataVersion version) {
    ObjectNode json = content(version.content());
    json.put("publisher", version.publisher());
    json.put("published_at", Instant.ofEpochMilli(version.atMillis()).toString());
    return json;
  }

  static ObjectNode content(Content content) {
    return Json.shared()
        .createObjectNode()
        .put("id", content.id().toString())
        .put("size_bytes", content.sizeBytes())
        .put("sha256", content.sha256().toString());
  }

  /// How a node has one content; empty where it has not.
  static void where(NodeId node, DataView.OnNode on, Content content, ArrayNode into) {
    FetchReport fetch =
        on.fetches().stream().filter(f -> f.id().equals(content.id())).findFirst().orElse(null);
    boolean whole = on.whole().contains(content.id());
    if (!whole && fetch == null) {
      return;
    }
    ObjectNode json = into.addObject();
    json.put("node", node.value());
    json.put("state", whole ? "whole" : fetch == null ? "" : fetch.state().label());
    json.put("done_bytes", whole || fetch == null ? content.sizeBytes() : fetch.doneBytes());
    if (fetch != null) {
      given(fetch, json);
    }
  }

  /// One fetch of a node.
  static void fetch(NodeId node, FetchReport fetch, ObjectNode json) {
    json.put("node", node.value());
    json.put("name", fetch.name());
    json.put("id", fetch.id().toString());
    json.put("state", fetch.state().label());
    json.put("size_bytes", fetch.sizeBytes());
    json.put("done_bytes", fetch.doneBytes());
    given(fetch, json);
  }

  private static void given(FetchReport fetch, ObjectNode json) {
    json.put("fetched_bytes", fetch.fetchedBytes());
    json.put("bytes_per_second", fetch.bytesPerSecond());
    json.put("reason", fetch.reason());
    ArrayNode sources = json.putArray("sources");
    fetch
        .sources()
        .forEach(s -> sources.addObject().put("node", s.label()).put("bytes", s.bytes()));
  }
}
