package dev.ringrift.io.data.swarm;

import dev.ringrift.core.data.PieceLayout;
import dev.ringrift.core.data.Sha256;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.stream.Stream;

/// The half file by its pieces: the only way to write into it. A piece is sealed before it is
/// looked at and stays so when it is right, and nobody can write into a sealed piece: what was
/// verified is what gets its name, whatever a transfer does that should be over. Thread-safe.
final class PieceFile {
  private static final int STRIPES = 64;

  /// What one lock guards: every sixty-fourth piece. A seal waits only for writes near it.
  private static final class Stripe {
    final BitSet sealed = new BitSet();
  }

  private final PieceLayout layout;
  private final PartFile part;
  private final Stripe[] stripes =
      Stream.generate(Stripe::new).limit(STRIPES).toArray(Stripe[]::new);

  PieceFile(PieceLayout layout, PartFile part) {
    this.layout = layout;
    this.part = part;
  }

  private Stripe of(int piece) {
    return stripes[piece % STRIPES];
  }

  /// Puts bytes in their place, unless the piece is sealed; returns whether it did.
  ///
  /// @param from counted from the beginning of the piece
  boolean write(int piece, int from, ByteBuffer bytes) {
    if (from + bytes.remaining() > layout.length(piece)) {
      throw new IllegalStateException(
          "%d bytes from %d on are not in piece %d of %d bytes"
              .formatted(bytes.remaining(), from, piece, layout.length(piece)));
    }
    Stripe stripe = of(piece);
    synchronized (stripe) {
      if (stripe.sealed.get(piece)) {
        return false;
      }
      part.write(bytes, layout.offset(piece) + from);
      return true;
    }
  }

  /// When this returns, nobody writes into the piece any more.
  void seal(int piece) {
    Stripe stripe = of(piece);
    synchronized (stripe) {
      stripe.sealed.set(piece);
    }
  }

  /// The piece was wrong: it may be written to again.
  void unseal(int piece) {
    Stripe stripe = of(piece);
    synchronized (stripe) {
      stripe.sealed.clear(piece);
    }
  }

  /// The SHA-256 of a piece as it lies there.
  Sha256 digest(int piece) {
    return digest(piece, 0, layout.length(piece));
  }

  /// The SHA-256 of some of a piece.
  Sha256 digest(int piece, int from, int to) {
    return part.digest(layout.offset(piece) + from, to - from);
  }
}
