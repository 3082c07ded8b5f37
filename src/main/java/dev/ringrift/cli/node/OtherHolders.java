package dev.ringrift.cli.node;

import dev.ringrift.core.NodeId;
import dev.ringrift.core.Role;
import dev.ringrift.core.data.ObjectId;
import dev.ringrift.core.trust.Caller;
import dev.ringrift.io.api.Api;
import dev.ringrift.io.api.ApiCall;
import dev.ringrift.io.api.ApiReply;
import dev.ringrift.io.data.server.Holders;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Asks the leader which other nodes have a file. While nobody leads, none is known.
final class OtherHolders implements Holders {
  private final NodeId node;
  private final Caller self;
  private volatile @Nullable Api api;

  OtherHolders(NodeId node, Role role) {
    this.node = node;
    this.self = Caller.link(node.value(), role);
  }

  /// From now on there is somebody to ask.
  void ask(Api own) {
    api = own;
  }

  @Override
  public List<URI> of(ObjectId id) {
    Api asked = api;
    if (asked == null) {
      return List.of();
    }
    ApiReply reply =
        asked.call(ApiCall.get("/api/v1/data/holders", Map.of("id", id.toString()), self));
    List<URI> found = new ArrayList<>();
    if (reply.ok()) {
      for (JsonNode holder : reply.tree()) {
        String url = holder.path("data").asString("");
        if (!url.isEmpty() && !holder.path("node").asString("").equals(node.value())) {
          found.add(URI.create(url));
        }
      }
    }
    return found;
  }
}
