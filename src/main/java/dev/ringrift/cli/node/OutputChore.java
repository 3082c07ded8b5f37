package dev.ringrift.cli.node;

import dev.ringrift.agent.view.NodeView;
import dev.ringrift.core.NodeId;
import dev.ringrift.io.link.LinkTransport;
import dev.ringrift.io.logs.LogShipper;
import java.util.Optional;
import java.util.Set;

/// Says who gets this node's output: the leader, or a voter that can be reached, or this voter
/// itself.
final class OutputChore implements Runnable {
  private final NodeId self;
  private final LinkTransport transport;
  private final NodeView view;
  private final LogShipper shipper;

  OutputChore(NodeId self, LinkTransport transport, NodeView view, LogShipper shipper) {
    this.self = self;
    this.transport = transport;
    this.view = view;
    this.shipper = shipper;
  }

  @Override
  public void run() {
    Set<NodeId> connected = transport.connected();
    Optional<NodeId> leader = view.leader().filter(node -> reached(connected, node));
    shipper.target(
        leader.or(() -> view.voters().stream().filter(v -> reached(connected, v)).findFirst()));
  }

  private boolean reached(Set<NodeId> connected, NodeId node) {
    return connected.contains(node) || node.equals(self);
  }
}
