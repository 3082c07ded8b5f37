package dev.ringrift.cli.node;

import dev.ringrift.core.NodeId;
import dev.ringrift.io.config.AgentConfig;
import dev.ringrift.io.gate.Addresses;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Where others can dial this machine.
final class Reach {
  private Reach() {}

  /// `ws://host:port`, the best first: those that the config names, else the address that the agent
  /// listens on, else every IPv4 address of this machine, Tailscale's first. None where the agent
  /// listens on loopback and the others are elsewhere: they would dial themselves.
  static List<String> addresses(AgentConfig config, int port) throws SocketException {
    if (!config.advertise().isEmpty()) {
      return config.advertise();
    }
    if (hidden(config.bind(), config.node(), config.voterAddresses())) {
      return List.of();
    }
    if (!config.bind().equals("0.0.0.0") && !config.bind().equals("::")) {
      return List.of("ws://%s:%d".formatted(config.bind(), port));
    }
    List<String> tailnet = new ArrayList<>();
    List<String> others = new ArrayList<>();
    for (NetworkInterface card : NetworkInterface.networkInterfaces().toList()) {
      if (!card.isUp() || card.isLoopback()) {
        continue;
      }
      for (InetAddress address : card.inetAddresses().toList()) {
        if (address instanceof Inet4Address && !address.isLinkLocalAddress()) {
          (isTailnet(address) ? tailnet : others)
              .add("ws://%s:%d".formatted(address.getHostAddress(), port));
        }
      }
    }
    tailnet.addAll(others);
    return tailnet;
  }

  /// Whether nobody but this machine's own programs can dial a node that listens on `bind`, and its
  /// cluster is not on this machine alone.
  static boolean hidden(String bind, NodeId self, Map<NodeId, List<String>> voterAddresses) {
    return loopback(bind)
        && voterAddresses.entrySet().stream()
            .filter(voter -> !voter.getKey().equals(self))
            .flatMap(voter -> voter.getValue().stream())
            .map(address -> String.valueOf(URI.create(address).getHost()))
            .anyMatch(host -> !loopback(host));
  }

  private static boolean loopback(String host) {
    return host.equals("localhost") || Addresses.loopback(host);
  }

  /// The data server of the node that is dialled at `address`.
  static String data(String address, int port) {
    return address.replaceFirst("^ws(s?)://(.*):\\d+.*$", "http$1://$2:" + port);
  }

  /// Tailscale's addresses are 100.64.0.0/10.
  private static boolean isTailnet(InetAddress address) {
    byte[] bytes = address.getAddress();
    return bytes[0] == 100 && (bytes[1] & 0xC0) == 64;
  }
}
