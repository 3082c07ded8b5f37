package dev.ringrift.io.fence;

import dev.ringrift.agent.port.FenceStore;
import dev.ringrift.core.Fence;
import dev.ringrift.core.UserError;
import dev.ringrift.io.json.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/// The highest obeyed fence in one small file, replaced as a whole. A damaged one is an error
/// and not "none": a node that forgets its fence would obey a leader of the past. Thread-safe.
public final class FenceFile implements FenceStore {
  private final Path file;

  /// @param file its folder must exist
  public FenceFile(Path file) {
    this.file = file.toAbsolutePath();
  }

  @Override
  public synchronized Fence load() {
    if (!Files.exists(file)) {
      return Fence.NONE;
    }
    try {
      Stored stored = Json.read(Files.readAllBytes(file), Stored.class);
      return new Fence(stored.epoch(), stored.term());
    } catch (IOException | IllegalArgumentException e) {
      throw new UserError(
          "cannot read the fence in " + file,
          String.valueOf(e.getMessage()),
          "only if no older leader can still be running, remove the file: the next leader's fence "
              + "is then taken as it comes");
    }
  }

  @Override
  public synchronized void store(Fence fence) throws IOException {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    try (FileChannel out =
        FileChannel.open(
            fresh,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(Json.bytes(new Stored(fence.epoch(), fence.term())));
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
      out.force(true);
    }
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    try (FileChannel folder = FileChannel.open(file.resolveSibling(""), StandardOpenOption.READ)) {
      folder.force(true);
    }
  }

  /// What is in the file.
  private record Stored(Long epoch, Long term) {
    private Stored {
      if (epoch == null || term == null) {
        throw new IllegalArgumentException("'epoch' or 'term' is missing");
      }
    }
  }
}
