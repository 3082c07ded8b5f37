package dev.ringrift.core.data;

import java.util.Objects;

/// How a file is cut into pieces: all of one length but the last, which may be shorter.
///
/// @param sizeBytes of the whole file
/// @param pieceLength bytes
public record PieceLayout(long sizeBytes, int pieceLength) {
  public PieceLayout {
    if (sizeBytes < 0 || pieceLength < 1) {
      throw new IllegalArgumentException(
          "%d bytes in pieces of %d".formatted(sizeBytes, pieceLength));
    }
    long count = Math.ceilDiv(sizeBytes, (long) pieceLength);
    if (count > Manifest.PIECES_MAX) {
      throw new IllegalArgumentException(
          "%d pieces; at most %d".formatted(count, Manifest.PIECES_MAX));
    }
  }

  /// As the manifest says.
  public static PieceLayout of(Manifest manifest) {
    return new PieceLayout(manifest.sizeBytes(), manifest.pieceLength());
  }

  /// For a file of which only the size is known.
  public static PieceLayout of(long sizeBytes) {
    return new PieceLayout(sizeBytes, Manifest.pieceLengthFor(sizeBytes));
  }

  public int count() {
    return (int) Math.ceilDiv(sizeBytes, (long) pieceLength);
  }

  /// Where a piece begins in the file.
  public long offset(int piece) {
    return (long) Objects.checkIndex(piece, count()) * pieceLength;
  }

  /// How many bytes a piece has.
  public int length(int piece) {
    return (int) Math.min(pieceLength, sizeBytes - offset(piece));
  }
}
