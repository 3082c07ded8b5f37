package dev.ringrift.agent.data;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// One file while it is being fetched. Thread-safe.
public interface Fetch {
  /// Completes when the file lies at its target, whole and verified; exceptionally with a
  /// `UserError` when no source can give the rest, the disk is full or it was cancelled. What has
  /// been verified stays and is gone on from by the next fetch of the same content to the same
  /// target.
  CompletableFuture<Result> result();

  /// How far it is.
  Progress progress();

  /// One source more; a repeated one changes nothing.
  void add(Source source);

  /// Ends it. What has been verified stays.
  void cancel();

  /// @param sizeBytes of the whole, -1 before it is known
  /// @param doneBytes verified and on disk
  /// @param bytesPerSecond lately
  record Progress(
      long sizeBytes, long doneBytes, long bytesPerSecond, int piecesLeft, List<Share> sources) {
    public Progress {
      sources = List.copyOf(sources);
    }
  }

  /// What one source gave.
  ///
  /// @param connections open now
  /// @param badPieces refused because their hash was wrong
  /// @param trouble why it is no longer asked, or empty
  record Share(
      String label,
      long bytes,
      long bytesPerSecond,
      int connections,
      int badPieces,
      String trouble) {}

  /// @param bytes fetched now; 0 when the file was there
  /// @param method the engine that did it
  record Result(long bytes, Duration duration, String method, List<Share> sources) {
    public Result {
      sources = List.copyOf(sources);
    }
  }
}
