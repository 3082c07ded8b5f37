package dev.ringrift.core.data;

import java.util.ArrayList;
import java.util.List;

/// One piece that is being fetched. Every byte of it is free, or in a transfer, or there. Not
/// thread-safe.
final class PieceWork {
  final int piece;

  /// Whether one source alone has to give it, because what several gave was wrong.
  final boolean whole;

  /// Ranges that nobody fetches now.
  final List<PieceRange> free = new ArrayList<>();

  /// Those that fetch some of it, without the ones that race.
  final List<Transfer> transfers = new ArrayList<>();

  PieceWork(int piece, boolean whole) {
    this.piece = piece;
    this.whole = whole;
  }

  void free(int from, int to) {
    if (from < to) {
      free.add(new PieceRange(piece, from, to));
    }
  }

  /// Takes a range that begins where a free one does.
  void takeFree(PieceRange range) {
    for (PieceRange each : List.copyOf(free)) {
      if (each.from() == range.from()) {
        free.remove(each);
        free(range.to(), each.to());
      }
    }
  }

  int freeBytes() {
    return free.stream().mapToInt(PieceRange::length).sum();
  }

  /// Bytes that are not here.
  int missingBytes() {
    return freeBytes() + transfers.stream().mapToInt(Transfer::left).sum();
  }

  /// Whether nobody fetches any of it, though some is missing.
  boolean idle() {
    return transfers.isEmpty() && !free.isEmpty();
  }

  boolean covered() {
    return free.isEmpty() && transfers.isEmpty();
  }
}
