package dev.ringrift.io.data.swarm;

import dev.ringrift.core.data.Sha256;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Remembers who gave which bytes of a piece, so that a wrong piece is laid to the right source.
///
/// When several gave a wrong piece, the hash of what each gave is kept; once the right bytes are
/// there, it is known whose differ. Not thread-safe.
final class Blame {
  /// What one source gave of a piece.
  record Part(SwarmSource source, int from, int to, @Nullable Sha256 digest) {}

  private final PieceFile file;
  private final Map<Integer, List<Part>> given = new HashMap<>();
  private final Map<Integer, List<Part>> suspects = new HashMap<>();

  Blame(PieceFile file) {
    this.file = file;
  }

  /// A source gave bytes `from` to `to` of a piece; what was there before is overwritten.
  ///
  /// @param digest of all of it, where it is known
  void gave(SwarmSource source, int piece, int from, int to, @Nullable Sha256 digest) {
    if (from < to) {
      List<Part> parts = new ArrayList<>();
      for (Part each : given.getOrDefault(piece, List.of())) {
        if (each.to() <= from || to <= each.from()) {
          parts.add(each);
        } else {
          rest(each, each.from(), from, parts);
          rest(each, to, each.to(), parts);
        }
      }
      parts.add(new Part(source, from, to, digest));
      given.put(piece, parts);
    }
  }

  /// What is left of a part of which some was overwritten: its source still answers for that.
  private static void rest(Part old, int from, int to, List<Part> into) {
    if (from < to) {
      into.add(new Part(old.source(), from, to, null));
    }
  }

  /// All of a piece comes anew.
  void forget(int piece) {
    given.remove(piece);
  }

  /// The SHA-256 of a piece that came by one transfer; null when it has to be read again.
  @Nullable Sha256 digest(int piece) {
    List<Part> parts = given.getOrDefault(piece, List.of());
    return parts.size() == 1 ? parts.getFirst().digest() : null;
  }

  /// The piece is right: who gave wrong bytes of it before, if anybody did.
  Set<SwarmSource> right(int piece) {
    given.remove(piece);
    List<Part> before = suspects.remove(piece);
    return before == null
        ? Set.of()
        : before.stream()
            .filter(each -> !Objects.equals(hash(piece, each), each.digest()))
            .map(Part::source)
            .collect(Collectors.toSet());
  }

  /// The piece is wrong: who is to blame, or nobody when that is not known yet.
  Set<SwarmSource> wrong(int piece) {
    List<Part> parts = given.getOrDefault(piece, List.of());
    given.remove(piece);
    Set<SwarmSource> sources = parts.stream().map(Part::source).collect(Collectors.toSet());
    if (sources.size() == 1) {
      return sources;
    }
    suspects.put(
        piece,
        parts.stream()
            .map(each -> new Part(each.source(), each.from(), each.to(), hash(piece, each)))
            .toList());
    return Set.of();
  }

  private Sha256 hash(int piece, Part part) {
    return file.digest(piece, part.from(), part.to());
  }
}
