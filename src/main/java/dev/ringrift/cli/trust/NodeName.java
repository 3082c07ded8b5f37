package dev.ringrift.cli.trust;

import dev.ringrift.cli.node.NodeFolder;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.UserError;
import dev.ringrift.io.trust.Grant;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The id of the node of a data folder.
public final class NodeName {
  private NodeName() {}

  /// The name given, which has to be the folder's if that has one already; else the folder's, else
  /// this machine's, made to fit.
  static NodeId of(NodeFolder folder, @Nullable NodeId given) {
    Optional<NodeId> held =
        folder.trust().grant().filter(grant -> !grant.credential().isEmpty()).map(Grant::node);
    if (given == null) {
      return held.orElseGet(NodeName::ofHost);
    }
    if (held.isPresent() && !held.get().equals(given)) {
      throw new UserError(
          "the data folder %s is that of node %s".formatted(folder.path(), held.get()),
          "a node keeps its id for good, and %s is another".formatted(given),
          "leave --node-id out, or name another --data-dir");
    }
    return given;
  }

  /// This machine's name, made to fit.
  public static NodeId ofHost() {
    String host;
    try {
      host = InetAddress.getLocalHost().getHostName();
    } catch (IOException e) {
      host = "node-" + ProcessHandle.current().pid(); // a host without a name still needs an id
    }
    String fit = host.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9._-]", "-");
    fit = fit.replaceFirst("^[^a-z0-9]+", "");
    return new NodeId(fit.isEmpty() ? "node" : fit.substring(0, Math.min(63, fit.length())));
  }
}
