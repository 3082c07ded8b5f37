package dev.ringrift.cli.node;

import dev.ringrift.agent.port.Ledger;
import dev.ringrift.core.ledger.ClusterState;
import dev.ringrift.io.link.LinkTransport;
import java.util.Set;

/// What a voter does when the ledger says something new: closes links of those who were revoked.
final class VoterChore implements Runnable {
  private final LinkTransport transport;
  private final Ledger ledger;
  private Set<String> revoked = Set.of();

  VoterChore(LinkTransport transport, Ledger ledger) {
    this.transport = transport;
    this.ledger = ledger;
  }

  @Override
  public void run() {
    Set<String> now = ledger.read(ClusterState::revoked);
    if (!now.equals(revoked)) {
      revoked = now;
      transport.recheck();
    }
  }
}
