package dev.ringrift.cli.node;

import dev.ringrift.agent.port.Clock;
import dev.ringrift.core.Role;
import dev.ringrift.core.UserError;
import dev.ringrift.core.trust.Credential;
import dev.ringrift.io.config.AgentConfig;
import dev.ringrift.io.trust.Grant;
import dev.ringrift.io.trust.NodeIdentity;
import java.util.function.Predicate;

/// Who an agent is, by the grant in its folder; its settings may not say otherwise.
final class Membership {
  private Membership() {}

  /// @param revoked tells of a credential or a node whether the ledger says that it was revoked
  /// @throws UserError when folder and settings do not fit together
  static NodeIdentity of(
      AgentConfig config, NodeFolder folder, Clock clock, Predicate<String> revoked) {
    Grant grant =
        folder
            .trust()
            .grant()
            .orElseThrow(
                () ->
                    new UserError(
                        "the data folder %s is of no cluster".formatted(folder.path()),
                        "it has no grant",
                        "begin a cluster with 'ringrift init', or join one with the line that"
                            + " 'ringrift join-token' prints"));
    if (!config.cluster().isEmpty() && !config.cluster().equals(grant.name())) {
      throw new UserError(
          "node %s is set up for cluster %s".formatted(config.node(), config.cluster()),
          "the data folder %s belongs to cluster %s".formatted(folder.path(), grant.name()),
          "correct 'cluster' in agent.yaml, or name another --data-dir");
    }
    if (!config.node().equals(grant.node())) {
      throw new UserError(
          "this agent is set up as node " + config.node(),
          "the data folder %s is that of node %s".formatted(folder.path(), grant.node()),
          "correct 'node' in agent.yaml, or name another --data-dir");
    }
    NodeIdentity identity =
        new NodeIdentity(
            config.node(),
            folder.trust().nodeKeys(),
            grant,
            clock,
            revoked,
            changed -> folder.trust().store(changed));
    Role signed = identity.credential().map(Credential::role).orElse(Role.VIEWER);
    if (signed != config.role()) {
      throw new UserError(
          "node %s is set up as %s".formatted(config.node(), config.role().label()),
          "its credential was signed for the role %s".formatted(signed.label()),
          "correct 'role' in agent.yaml, or have it issued again with 'ringrift node issue'");
    }
    return identity;
  }
}
