package dev.ringrift.cli.node;

import dev.ringrift.agent.Agent;
import dev.ringrift.agent.port.Ledger;
import dev.ringrift.io.api.LogSource;
import dev.ringrift.io.link.LinkTransport;
import java.util.Optional;

/// Where the output of attempts goes.
record Output(LogSource source) {
  static Output open(
      NodeFolder folder,
      LinkTransport transport,
      Agent agent,
      Optional<Ledger> ledger,
      Parts parts) {
    return new Output((attempt, stream, offset, max, wait) -> Optional.empty());
  }
}
