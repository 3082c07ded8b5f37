package dev.ringrift.agent.port;

import dev.ringrift.core.Fence;
import java.io.IOException;

/// Keeps on disk the highest fence that this node has obeyed.
public interface FenceStore {
  /// The stored fence, `Fence.NONE` on a new node.
  Fence load();

  /// Returns after the fence is on disk.
  ///
  /// @throws IOException when it is not, so that nothing may be obeyed under it
  void store(Fence fence) throws IOException;
}
