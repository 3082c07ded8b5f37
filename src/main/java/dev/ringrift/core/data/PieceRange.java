package dev.ringrift.core.data;

/// Some bytes of one piece.
///
/// @param from the first byte, counted from the piece's beginning
/// @param to one after the last byte
public record PieceRange(int piece, int from, int to) {
  public PieceRange {
    if (piece < 0 || from < 0 || to < from) {
      throw new IllegalArgumentException("bytes %d to %d of piece %d".formatted(from, to, piece));
    }
  }

  public int length() {
    return to - from;
  }
}
