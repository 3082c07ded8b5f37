package dev.ringrift.io.data.depot;

import dev.ringrift.agent.data.Source;
import dev.ringrift.core.data.Manifest;
import dev.ringrift.core.data.ObjectId;
import java.util.Collection;

/// Gets manifests from nodes that have them. Thread-safe.
@FunctionalInterface
public interface Manifests {
  /// The manifest whose hash is `id`; blocks.
  ///
  /// @param from asked one after the other
  /// @throws dev.ringrift.core.UserError when none of them gives it
  Manifest get(ObjectId id, Collection<Source.Peer> from) throws InterruptedException;
}
