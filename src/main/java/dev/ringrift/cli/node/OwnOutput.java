package dev.ringrift.cli.node;

import dev.ringrift.core.jobs.AttemptId;
import dev.ringrift.io.api.LogSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// The output of attempts that ran on this node, from the files that they write: for when no voter
/// has it yet. Does not wait. Thread-safe.
final class OwnOutput implements LogSource {
  private final Path attempts;

  /// @param dataDir the node's data folder
  OwnOutput(Path dataDir) {
    attempts = dataDir.resolve("attempts");
  }

  @Override
  public Optional<Chunk> read(
      AttemptId attempt, String stream, long offset, int maxBytes, Duration wait) {
    Path folder = attempts.resolve(attempt.toString());
    try (SeekableByteChannel file = Files.newByteChannel(folder.resolve(stream))) {
      long size = file.size();
      ByteBuffer bytes = ByteBuffer.allocate(Math.clamp(size - offset, 0, maxBytes));
      file.position(Math.min(offset, size));
      while (bytes.hasRemaining() && file.read(bytes) >= 0) {}
      byte[] read = new byte[bytes.flip().remaining()];
      bytes.get(read);
      boolean ended = Files.exists(folder.resolve("forgotten"));
      return Optional.of(new Chunk(offset, read, size, ended));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("the output of %s cannot be read".formatted(attempt), e);
    }
  }
}
