package dev.ringrift.agent.data;

import dev.ringrift.core.UserError;
import dev.ringrift.core.data.Content;
import dev.ringrift.core.data.DataName;
import java.nio.file.Path;
import java.util.Optional;

/// Takes files into what this node holds. Thread-safe.
public interface Intake {
  /// Takes the file at `path` of this machine where it lies, to be held under `name`. Begins to
  /// read it, and says how far that is; asked again it says so again.
  ///
  /// @throws UserError when it cannot be taken
  State take(DataName name, Path path);

  /// Adds bytes to a file that comes in parts, and takes it when it is all there.
  ///
  /// @param key the sender's own word for the file
  /// @param offset where they belong; what is there already is skipped
  /// @param last whether they are its end
  /// @throws UserError when there is a gap, or no room
  State add(String key, long offset, byte[] bytes, boolean last);

  /// @param content once it is known
  record State(long sizeBytes, long doneBytes, Optional<Content> content) {}
}
