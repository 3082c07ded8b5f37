package dev.ringrift.cli.trust;

import dev.ringrift.core.NodeId;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What a machine is called when nobody says otherwise.
final class HostName {
  private HostName() {}

  /// The given name, or this machine's, made to fit.
  static NodeId nodeId(@Nullable String given) {
    if (given != null) {
      return new NodeId(given);
    }
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
