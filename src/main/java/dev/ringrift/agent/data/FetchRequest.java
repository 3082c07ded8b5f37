package dev.ringrift.agent.data;

import dev.ringrift.core.data.Manifest;
import dev.ringrift.core.data.Sha256;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// One file to be fetched.
///
/// @param target where it appears once it is whole and verified; a file that is there and has the
///     wanted content is left as it is
/// @param expected what its content has to be
/// @param sources from where; more can be added while it is fetched
public record FetchRequest(Path target, Expected expected, List<Source> sources) {
  public FetchRequest {
    sources = List.copyOf(sources);
  }

  /// How the content is verified.
  public sealed interface Expected {
    /// Piece by piece: a bad source is found out at its first bad piece.
    ///
    /// @param sha256 of the whole, where it is known
    record Pieces(Manifest manifest, Optional<Sha256> sha256) implements Expected {}

    /// The whole at its end.
    record Whole(Sha256 sha256) implements Expected {}

    /// Not at all: only when the person asked for it. Only sources with the same
    /// strong ETag are put together.
    record Unverified() implements Expected {}
  }
}
