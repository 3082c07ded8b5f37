package dev.ringrift.agent;

import dev.ringrift.core.NodeId;
import dev.ringrift.core.Role;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// What an agent is told at its start.
///
/// @param role `VOTER` or `WORKER`
/// @param instance a new random word for each start
/// @param addresses where this agent can be dialled, best first; empty behind NAT
/// @param dataUrl where others can fetch this node's files, `http://host:port`; empty for nowhere
/// @param version of the program
/// @param commands the highest version of commands that the program reads
/// @param pid of this process
/// @param voterAddresses where each voter can be dialled, for the first contact
/// @param takeoverDelay how long a returning senior voter must be stable before it leads again
/// @param stopGrace between SIGTERM and SIGKILL when an attempt is ended
public record AgentSettings(
    NodeId node,
    Role role,
    String instance,
    List<String> addresses,
    String dataUrl,
    String version,
    int commands,
    long pid,
    Map<NodeId, List<String>> voterAddresses,
    Duration takeoverDelay,
    Duration stopGrace) {
  public static final Duration TAKEOVER_DELAY = Duration.ofSeconds(30);
  public static final Duration STOP_GRACE = Duration.ofSeconds(10);

  public AgentSettings {
    if (role != Role.VOTER && role != Role.WORKER) {
      throw new IllegalArgumentException("a node's role is voter or worker, not " + role.label());
    }
    addresses = List.copyOf(addresses);
    voterAddresses = Map.copyOf(voterAddresses);
  }
}
