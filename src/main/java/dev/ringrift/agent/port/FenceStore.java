package dev.ringrift.agent.port;

import dev.ringrift.core.Fence;

/// Keeps on disk the highest fence that this node has obeyed.
public interface FenceStore {
  /// The stored fence, `Fence.NONE` on a new node.
  Fence load();

  /// Returns after the fence is on disk.
  void store(Fence fence);
}
