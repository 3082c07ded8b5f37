package dev.ringrift.agent.data;

import dev.ringrift.core.data.ObjectId;
import java.util.Optional;

/// What this node has, by content. Thread-safe and quick: answers from memory.
@FunctionalInterface
public interface Holdings {
  /// A whole file goes before an incomplete one.
  Optional<Holding> find(ObjectId id);
}
