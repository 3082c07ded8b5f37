package dev.ringrift.io.data.files;

import dev.ringrift.core.UserError;
import dev.ringrift.core.data.ObjectId;
import dev.ringrift.core.data.RelativePath;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The files whose content is known, by name and by content; in memory. Thread-safe, quick.
final class FileIndex {
  /// Most files.
  static final int FILES_MAX = 100_000;

  /// Most bytes of their manifests: 16 TB in the smallest pieces.
  static final long MANIFEST_BYTES_MAX = 128L << 20;

  private static final int LOST_MAX = 1_000;

  private final Map<RelativePath, ServedFile> byName = new HashMap<>();
  private final Map<ObjectId, Set<RelativePath>> byId = new HashMap<>();
  private final Map<ObjectId, String> lost = new LinkedHashMap<>();
  private @Nullable Set<ObjectId> ids;
  private long manifestBytes;

  /// Puts a file in the place of what had its name.
  ///
  /// @throws UserError when there are too many
  synchronized void put(ServedFile file) {
    ServedFile before = byName.get(file.name());
    int more = file.manifestBytes() - (before == null ? 0 : before.manifestBytes());
    if ((before == null && byName.size() >= FILES_MAX)
        || manifestBytes + more > MANIFEST_BYTES_MAX) {
      throw new UserError(
          "cannot keep track of %s".formatted(file.name()),
          "this node knows %d files with %d MiB of piece hashes already"
              .formatted(byName.size(), manifestBytes >> 20),
          "pack small files into archives, or serve fewer");
    }
    if (before != null) {
      remove(before, "%s has been given another content".formatted(file.name()));
    }
    byName.put(file.name(), file);
    byId.computeIfAbsent(file.id(), id -> new TreeSet<>()).add(file.name());
    manifestBytes += file.manifestBytes();
    lost.remove(file.id());
    ids = null;
  }

  /// Takes a file out, unless its name has been given to another one meanwhile.
  ///
  /// @param reason why it is no longer held, for who asks for its content
  synchronized void remove(ServedFile file, String reason) {
    if (file.equals(byName.get(file.name()))) {
      take(file);
      ids = null;
      if (!byId.containsKey(file.id())) {
        lost.put(file.id(), reason);
        if (lost.size() > LOST_MAX) {
          lost.remove(lost.keySet().iterator().next());
        }
      }
    }
  }

  private void take(ServedFile file) {
    byName.remove(file.name());
    manifestBytes -= file.manifestBytes();
    Set<RelativePath> names = byId.get(file.id());
    if (names != null && names.remove(file.name()) && names.isEmpty()) {
      byId.remove(file.id());
    }
  }

  synchronized Optional<ServedFile> find(RelativePath name) {
    return Optional.ofNullable(byName.get(name));
  }

  synchronized Optional<ServedFile> find(ObjectId id) {
    Set<RelativePath> names = byId.get(id);
    return names == null
        ? Optional.empty()
        : Optional.ofNullable(byName.get(names.iterator().next()));
  }

  /// Why this content is no longer here, where that is remembered.
  synchronized Optional<String> lost(ObjectId id) {
    return Optional.ofNullable(lost.get(id));
  }

  synchronized Collection<ServedFile> all() {
    return List.copyOf(byName.values());
  }

  /// Of all files; the same object while nothing changes.
  synchronized Set<ObjectId> ids() {
    Set<ObjectId> all = ids == null ? Set.copyOf(byId.keySet()) : ids;
    ids = all;
    return all;
  }
}
