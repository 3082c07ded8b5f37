package dev.ringrift.sim;

import dev.ringrift.agent.port.FenceStore;
import dev.ringrift.core.Fence;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// The disk of one host, by name: what was written and not synced is gone after a crash.
final class SimDisk {
  private final Map<String, Object> written = new HashMap<>();
  private final Map<String, Object> synced = new HashMap<>();

  /// Whether it takes no fence.
  boolean full;

  void write(String name, Object value) {
    written.put(name, value);
  }

  /// Puts on the disk what was written under `name`.
  void sync(String name) {
    Object value = written.get(name);
    if (value != null) {
      synced.put(name, value);
    }
  }

  Optional<Object> read(String name) {
    return Optional.ofNullable(written.get(name));
  }

  /// Power is gone.
  void crash() {
    written.clear();
    written.putAll(synced);
  }

  /// The fence of this host's agent, which is on disk when `store` returns.
  FenceStore fences() {
    return new FenceStore() {
      @Override
      public Fence load() {
        return (Fence) read("fence").orElse(Fence.NONE);
      }

      @Override
      public void store(Fence fence) throws IOException {
        if (full) {
          throw new IOException("No space left on device");
        }
        write("fence", fence);
        sync("fence");
      }
    };
  }
}
