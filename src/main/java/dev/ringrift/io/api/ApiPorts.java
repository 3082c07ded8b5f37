package dev.ringrift.io.api;

import dev.ringrift.agent.data.Intake;
import dev.ringrift.agent.port.Clock;
import dev.ringrift.agent.port.Ledger;
import dev.ringrift.agent.port.Transport;
import dev.ringrift.agent.view.DataView;
import dev.ringrift.agent.view.NodeView;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.UserError;
import java.util.Optional;
import java.util.function.Supplier;

/// What the routes of one node answer from.
///
/// @param self this node
/// @param ledger of a voter; a worker has none
/// @param files what the leader knows of the nodes' files
/// @param metrics the text of `/metrics`
public record ApiPorts(
    NodeId self,
    NodeView view,
    Optional<Ledger> ledger,
    Transport transport,
    Clock clock,
    Explainer explainer,
    LogSource logs,
    DataView files,
    Intake intake,
    Supplier<String> metrics) {
  /// Whether this node leads, by its own ledger.
  public boolean leading() {
    return ledger.filter(own -> own.standing().leading()).isPresent();
  }

  /// The ledger of this node.
  ///
  /// @throws ApiError on a worker
  public Ledger ownLedger() {
    return ledger.orElseThrow(
        () ->
            new ApiError(
                421,
                new UserError(
                    "node %s cannot answer this itself".formatted(self),
                    "it is no voter and keeps no ledger",
                    "ask without local=1, or ask a voter")));
  }
}
