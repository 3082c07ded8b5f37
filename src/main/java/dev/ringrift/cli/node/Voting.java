package dev.ringrift.cli.node;

import dev.ringrift.agent.port.Clock;
import dev.ringrift.agent.port.Ledger;
import dev.ringrift.agent.port.Transport;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.UserError;
import dev.ringrift.io.config.AgentConfig;
import dev.ringrift.io.ledger.RatisLedger;
import dev.ringrift.io.link.LinkTransport;
import dev.ringrift.io.trust.Issuer;
import dev.ringrift.io.trust.NodeIdentity;
import java.util.Optional;
import java.util.function.Predicate;

/// What only a voter has: the ledger, and the leave to sign for workers.
final class Voting {
  private Voting() {}

  /// Opens the voter's ledger: begins the cluster where the folder says so, goes on with what is on
  /// disk, or waits to be added.
  static RatisLedger open(
      AgentConfig config,
      NodeFolder folder,
      NodeIdentity identity,
      LinkTransport transport,
      Clock clock) {
    Optional<NodeFolder.Birth> birth = folder.birth();
    boolean there = RatisLedger.exists(folder.ledger());
    RatisLedger.Birth how =
        there
            ? RatisLedger.Birth.RESUME
            : birth.isPresent() ? RatisLedger.Birth.FOUND : RatisLedger.Birth.JOIN;
    return RatisLedger.open(
        RatisLedger.Settings.of(folder.ledger(), identity.grant().cluster(), config.node(), how),
        transport,
        clock);
  }

  /// Lets new nodes join through this voter, and workers renew their credentials.
  static void serveTrust(
      LinkTransport transport, NodeIdentity identity, Ledger ledger, Clock clock) {
    Predicate<String> revoked = revoked(ledger);
    Predicate<NodeId> known = node -> ledger.read(state -> state.nodes().containsKey(node));
    Issuer issuer = new Issuer(identity, clock, revoked, known);
    transport.serveEnrolment(Issuer.ENROL, issuer::enrol);
    transport.serve(Issuer.RENEW, (Transport.Peer peer, byte[] body) -> issuer.renew(peer, body));
  }

  static Predicate<String> revoked(Ledger ledger) {
    return id -> ledger.read(state -> state.revoked(id).isPresent());
  }

  /// What the ledger says that keeps it from taking part, with what can be done.
  static UserError trouble(UserError said) {
    return said.mend().isEmpty()
        ? new UserError(
            said.what(),
            said.because(),
            "the agent's log says more; a voter whose ledger is lost is removed and added again")
        : said;
  }
}
