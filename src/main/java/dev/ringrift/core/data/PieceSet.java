package dev.ringrift.core.data;

import java.util.BitSet;

/// Some of a file's pieces. Immutable.
public final class PieceSet {
  private final int pieces;
  private final BitSet bits;

  private PieceSet(int pieces, BitSet bits) {
    this.pieces = pieces;
    this.bits = bits;
  }

  /// None of `pieces`.
  public static PieceSet none(int pieces) {
    return of(pieces, new BitSet());
  }

  /// All of `pieces`.
  public static PieceSet all(int pieces) {
    BitSet bits = new BitSet(pieces);
    bits.set(0, pieces);
    return of(pieces, bits);
  }

  /// @param bits copied
  /// @throws IllegalArgumentException when a bit beyond `pieces` is set
  public static PieceSet of(int pieces, BitSet bits) {
    if (pieces < 0 || pieces > Manifest.PIECES_MAX || bits.length() > pieces) {
      throw new IllegalArgumentException(
          "a set up to piece %d of a file with %d pieces".formatted(bits.length(), pieces));
    }
    return new PieceSet(pieces, (BitSet) bits.clone());
  }

  /// Reads what `bytes` gave.
  ///
  /// @throws IllegalArgumentException when a bit beyond `pieces` is set
  public static PieceSet of(int pieces, byte[] bytes) {
    return of(pieces, BitSet.valueOf(bytes));
  }

  /// Piece 0 is the lowest bit of the first byte; zeros at the end are left out.
  public byte[] bytes() {
    return bits.toByteArray();
  }

  /// This set and one piece more.
  public PieceSet with(int piece) {
    BitSet more = (BitSet) bits.clone();
    more.set(piece);
    return of(pieces, more);
  }

  public boolean has(int piece) {
    return bits.get(piece);
  }

  /// How many are in the set.
  public int count() {
    return bits.cardinality();
  }

  /// How many the file has.
  public int pieces() {
    return pieces;
  }

  public boolean complete() {
    return bits.cardinality() == pieces;
  }

  /// A copy that may be changed.
  public BitSet bits() {
    return (BitSet) bits.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PieceSet that && pieces == that.pieces && bits.equals(that.bits);
  }

  @Override
  public int hashCode() {
    return 31 * pieces + bits.hashCode();
  }

  /// As `{0, 1, 7} of 12`.
  @Override
  public String toString() {
    return "%s of %d".formatted(bits, pieces);
  }
}
