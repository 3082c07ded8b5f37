package dev.ringrift.cli.node;

import dev.ringrift.core.jobs.AttemptId;
import dev.ringrift.io.api.LogSource;
import dev.ringrift.io.logs.LogStream;
import dev.ringrift.io.logs.Tail;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
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
    Tail tail =
        new Tail(
            attempts.resolve(attempt.toString()),
            LogStream.valueOf(stream.toUpperCase(Locale.ROOT)));
    try {
      return tail.part(offset, maxBytes)
          .map(part -> new Chunk(part.offset(), part.bytes(), part.length(), part.ended()));
    } catch (NoSuchFileException e) {
      return Optional.empty(); // tidied away in between
    } catch (IOException e) {
      throw new UncheckedIOException("the output of %s cannot be read".formatted(attempt), e);
    }
  }
}
