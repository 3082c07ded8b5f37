package dev.ringrift.agent.data;

import dev.ringrift.core.NodeId;
import dev.ringrift.core.data.Content;
import java.util.List;

/// A file that a node is to have, and from where it can be had.
///
/// @param name under which it is to appear in the folder that the node serves; empty for a file
///     that is only held by its id
/// @param sources nodes that have it or some of it, best first
public record CopyOrder(Content content, String name, List<At> sources) {
  /// Most sources of one order.
  public static final int SOURCES_MAX = 16;

  public CopyOrder {
    if (sources.size() > SOURCES_MAX) {
      throw new IllegalArgumentException(
          "%d sources: the most is %d".formatted(sources.size(), SOURCES_MAX));
    }
    sources = List.copyOf(sources);
  }

  /// The data server of one node.
  ///
  /// @param url `http://host:port`
  /// @param complete whether it has reported that it has all of it
  public record At(NodeId node, String url, boolean complete) {}
}
