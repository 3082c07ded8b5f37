package dev.ringrift.io.config;

import dev.ringrift.core.NodeId;
import dev.ringrift.core.UserError;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// `distributed_hosts.yaml`, as far as an agent needs it: who votes, and where. Other tools keep
/// more in it, so that unknown keys are left alone.
///
/// @param hosts in the order of the file
/// @param voters `p2p_voters`, highest rank first; empty where the file has none
public record HostsFile(List<Host> hosts, List<NodeId> voters) {
  public HostsFile {
    hosts = List.copyOf(hosts);
    voters = List.copyOf(voters);
  }

  /// One host.
  ///
  /// @param sshHost where SSH reaches it, or empty
  /// @param sshPort where SSH reaches it
  /// @param tailscaleIp its address on the tailnet, or empty
  /// @param role what jobs it is for, or empty
  /// @param status the provider's or the operator's word, or empty
  public record Host(
      NodeId id, String sshHost, int sshPort, String tailscaleIp, String role, String status) {
    /// Where its agent is dialled: on the tailnet where it has an address there, since a rented
    /// host's SSH address is often the provider's proxy.
    public List<String> addresses() {
      List<String> found = new ArrayList<>();
      for (String host : List.of(tailscaleIp, sshHost)) {
        if (!host.isEmpty()) {
          found.add(Addresses.normalise(host.contains(":") ? "[" + host + "]" : host));
        }
      }
      return found;
    }
  }

  /// Reads the file.
  ///
  /// @throws UserError with every problem at once
  public static HostsFile read(Path file) {
    String text =
        PrivateFiles.read(file)
            .orElseThrow(
                () -> new UserError("there is no hosts file " + file, "", "correct its name"));
    return parse(text, file.toString());
  }

  static HostsFile parse(String text, String source) {
    Problems problems = new Problems();
    String what = "the hosts file %s is not valid".formatted(source);
    Section top = new Section(Yaml.table(text, what, problems), problems);
    List<Host> hosts = new ArrayList<>();
    Section all = top.section("hosts").orElse(new Section(Value.Table.empty(), problems));
    for (String name : all.keys()) {
      all.section(name).flatMap(host -> host(name, host, all)).ifPresent(hosts::add);
    }
    List<NodeId> voters = new ArrayList<>();
    for (String name : top.texts("p2p_voters")) {
      id(name, top, "p2p_voters").ifPresent(voters::add);
      if (hosts.stream().noneMatch(host -> host.id().value().equals(name))) {
        top.problem("p2p_voters", "names '%s', which is not under 'hosts'".formatted(name));
      }
    }
    problems.throwIfAny(what, "correct these lines");
    return new HostsFile(hosts, voters);
  }

  /// The addresses of each voter, in rank order.
  public Map<NodeId, List<String>> voterAddresses() {
    Map<NodeId, List<String>> found = new LinkedHashMap<>();
    for (NodeId voter : voters) {
      hosts.stream()
          .filter(host -> host.id().equals(voter))
          .forEach(host -> found.put(voter, host.addresses()));
    }
    return found;
  }

  private static Optional<Host> host(String name, Section host, Section all) {
    String sshHost = address(host, "ssh_host");
    int sshPort = host.whole("ssh_port", 1, 65_535).orElse(22);
    String tailscaleIp = address(host, "tailscale_ip");
    String role = host.text("role").orElse("");
    String status = host.text("status").orElse("");
    return id(name, all, name).map(id -> new Host(id, sshHost, sshPort, tailscaleIp, role, status));
  }

  private static String address(Section host, String key) {
    String text = host.text(key).orElse("").strip();
    if (text.isEmpty()) {
      return "";
    }
    try {
      Addresses.normalise(text.contains(":") ? "[" + text + "]" : text);
      return text;
    } catch (IllegalArgumentException e) {
      host.problem(key, "is '%s': write a host name or an IP address".formatted(text));
      return "";
    }
  }

  private static Optional<NodeId> id(String name, Section section, String key) {
    try {
      return Optional.of(new NodeId(name));
    } catch (IllegalArgumentException e) {
      section.problem(key, "is wrong: " + e.getMessage());
      return Optional.empty();
    }
  }
}
