package dev.ringrift.agent;

import dev.ringrift.agent.port.Network;
import dev.ringrift.core.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// Keeps what is sent, and has the links that the test says.
final class ScriptedNetwork implements Network {
  final List<Sent> sent = new ArrayList<>();
  final TreeMap<NodeId, List<String>> dialled = new TreeMap<>();
  final TreeSet<NodeId> connected = new TreeSet<>();

  void connect(String... nodes) {
    for (String node : nodes) {
      connected.add(new NodeId(node));
    }
  }

  /// What was sent of that kind since the last call, to anyone; relayed or not.
  <T extends Message> List<T> take(Class<T> kind) {
    List<T> found = new ArrayList<>();
    for (Sent each : List.copyOf(sent)) {
      Message message =
          each.message() instanceof Message.Relay relay ? relay.body() : each.message();
      if (kind.isInstance(message)) {
        found.add(kind.cast(message));
        sent.remove(each);
      }
    }
    return found;
  }

  @Override
  public void send(NodeId to, Message message) {
    if (connected.contains(to)) {
      sent.add(new Sent(to, message));
    }
  }

  @Override
  public void dial(NodeId peer, List<String> addresses) {
    dialled.put(peer, addresses);
  }

  @Override
  public void hangUp(NodeId peer) {
    dialled.remove(peer);
    connected.remove(peer);
  }

  @Override
  public Set<NodeId> connected() {
    return Set.copyOf(connected);
  }

  record Sent(NodeId to, Message message) {}
}
