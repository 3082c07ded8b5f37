package dev.ringrift.core.data;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/// What a file consists of: its size and the SHA-256 of each piece. Who holds a manifest whose hash
/// is the id that they asked for can check every piece by itself, from whomever it comes.
///
/// Every piece but the last has `pieceLength` bytes; an empty file has no piece.
///
/// @param sizeBytes of the whole file
/// @param pieceLength bytes, a power of two
/// @param pieces one hash a piece, in order
public record Manifest(long sizeBytes, int pieceLength, List<Sha256> pieces) {
  public static final int PIECE_LENGTH_MIN = 4 << 20;
  public static final int PIECE_LENGTH_MAX = 32 << 20;

  /// Most pieces of a file: two tebibytes at the greatest piece length.
  public static final int PIECES_MAX = 1 << 16;

  /// Most bytes of an encoded manifest.
  public static final int ENCODED_BYTES_MAX = 32 + PIECES_MAX * Sha256.BYTES;

  // Fewer, and a node has nothing to give on for long; more, and asking costs more than it brings.
  private static final int PIECES_WANTED = 2_000;

  private static final byte[] MAGIC = "ringrift-obj1".getBytes(StandardCharsets.US_ASCII);
  private static final int HEAD_BYTES = MAGIC.length + Long.BYTES + Integer.BYTES;

  public Manifest {
    if (sizeBytes < 0) {
      throw new IllegalArgumentException("a file of %d bytes".formatted(sizeBytes));
    }
    if (pieceLength < 1 || pieceLength > PIECE_LENGTH_MAX || Integer.bitCount(pieceLength) != 1) {
      throw new IllegalArgumentException(
          "a piece length of %d: use a power of two up to %d"
              .formatted(pieceLength, PIECE_LENGTH_MAX));
    }
    long wanted = Math.ceilDiv(sizeBytes, (long) pieceLength);
    if (wanted > PIECES_MAX || wanted != pieces.size()) {
      throw new IllegalArgumentException(
          "%d bytes in pieces of %d have %d hashes, not %d (most: %d)"
              .formatted(sizeBytes, pieceLength, wanted, pieces.size(), PIECES_MAX));
    }
    pieces = List.copyOf(pieces);
  }

  /// The length of pieces for a file of this size: 4 MiB up to 8 GB, and 32 MiB from 64 GB on.
  public static int pieceLengthFor(long sizeBytes) {
    long even = Math.max(1, sizeBytes / PIECES_WANTED);
    long power = Long.highestOneBit(even);
    long up = power == even ? power : power << 1;
    return Math.clamp(up, PIECE_LENGTH_MIN, PIECE_LENGTH_MAX);
  }

  /// Reads what `encoded` gave.
  ///
  /// @throws IllegalArgumentException when it is no manifest
  public static Manifest decode(byte[] encoded) {
    if (encoded.length < HEAD_BYTES
        || encoded.length > ENCODED_BYTES_MAX
        || !Arrays.equals(encoded, 0, MAGIC.length, MAGIC, 0, MAGIC.length)
        || (encoded.length - HEAD_BYTES) % Sha256.BYTES != 0) {
      throw new IllegalArgumentException("%d bytes that are no manifest".formatted(encoded.length));
    }
    ByteBuffer in = ByteBuffer.wrap(encoded).position(MAGIC.length);
    long sizeBytes = in.getLong();
    int pieceLength = in.getInt();
    List<Sha256> pieces = new ArrayList<>(in.remaining() / Sha256.BYTES);
    byte[] hash = new byte[Sha256.BYTES];
    while (in.hasRemaining()) {
      in.get(hash);
      pieces.add(Sha256.of(hash));
    }
    return new Manifest(sizeBytes, pieceLength, pieces);
  }

  /// The one way to write it: a mark, the size (8 bytes), the piece length (4), each hash (32);
  /// numbers big-endian.
  public byte[] encoded() {
    ByteBuffer out = ByteBuffer.allocate(HEAD_BYTES + pieces.size() * Sha256.BYTES);
    out.put(MAGIC).putLong(sizeBytes).putInt(pieceLength);
    pieces.forEach(piece -> out.put(piece.bytes()));
    return out.array();
  }

  /// The id of the file: the SHA-256 of `encoded`.
  public ObjectId id() {
    try {
      return new ObjectId(Sha256.of(MessageDigest.getInstance("SHA-256").digest(encoded())));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  public int pieceCount() {
    return pieces.size();
  }

  /// Where a piece begins in the file.
  public long offset(int piece) {
    return (long) Objects.checkIndex(piece, pieces.size()) * pieceLength;
  }

  /// How many bytes a piece has.
  public int length(int piece) {
    return (int) Math.min(pieceLength, sizeBytes - offset(piece));
  }
}
