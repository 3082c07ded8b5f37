package dev.ringrift.io.api;

import dev.ringrift.agent.data.Intake;
import dev.ringrift.agent.view.DataView;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.data.Content;
import dev.ringrift.core.data.DataName;
import dev.ringrift.core.data.ObjectId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What a leader knows of files, as the test says, and a node that reads each file in two steps.
public final class FakeFiles implements DataView, Intake {
  public final Map<NodeId, OnNode> known = new TreeMap<>();
  final List<ObjectId> givenUp = new ArrayList<>();
  final List<String> taken = new ArrayList<>();

  @Override
  public Map<NodeId, OnNode> files() {
    return known;
  }

  @Override
  public void giveUp(Collection<ObjectId> ids) {
    givenUp.addAll(ids);
  }

  @Override
  public State take(DataName name, Path path) {
    taken.add(name + " " + path);
    ObjectId id = ObjectId.parse("ab".repeat(32));
    return taken.size() == 1
        ? new State(10, 5, Optional.empty())
        : new State(10, 10, Optional.of(new Content(id, 10, id.hash())));
  }

  @Override
  public State add(String key, long offset, byte[] bytes, boolean last) {
    taken.add("%s %d+%d%s".formatted(key, offset, bytes.length, last ? " end" : ""));
    return new State(-1, offset + bytes.length, Optional.empty());
  }
}
