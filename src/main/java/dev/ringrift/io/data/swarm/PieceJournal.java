package dev.ringrift.io.data.swarm;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/// Which pieces of a half file are on the disk. A piece is written here only after its bytes were
/// forced, so that what is listed survives `kill -9` and a power cut; a fetch that goes on hashes
/// the listed pieces again all the same. Not thread-safe.
///
/// The file: 32 bytes that say which content it is, then eight bytes a piece: its number, and the
/// same with all bits turned, by which a torn write is known.
final class PieceJournal implements Closeable {
  private static final int KEY_BYTES = 32;
  private static final int ENTRY_BYTES = 8;

  private final FileChannel channel;
  private final BitSet pieces;

  private PieceJournal(FileChannel channel, BitSet pieces) {
    this.channel = channel;
    this.pieces = pieces;
  }

  /// Opens it; of other content it is emptied.
  ///
  /// @param key 32 bytes
  static PieceJournal open(Path path, byte[] key, int pieceCount) throws IOException {
    FileChannel channel =
        FileChannel.open(
            path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    BitSet pieces = new BitSet();
    ByteBuffer all = ByteBuffer.allocate(KEY_BYTES + pieceCount * ENTRY_BYTES * 2);
    while (all.hasRemaining() && channel.read(all, all.position()) > 0) {
      // until it is read
    }
    all.flip();
    byte[] found = new byte[KEY_BYTES];
    if (all.remaining() >= KEY_BYTES) {
      all.get(found);
    }
    if (java.util.Arrays.equals(found, key)) {
      while (all.remaining() >= ENTRY_BYTES && entry(all, pieceCount, pieces)) {
        // until the first that is not whole
      }
      channel.truncate(KEY_BYTES + (long) pieces.cardinality() * ENTRY_BYTES);
      channel.position(channel.size());
    } else {
      channel.truncate(0);
      channel.write(ByteBuffer.wrap(key));
    }
    return new PieceJournal(channel, pieces);
  }

  private static boolean entry(ByteBuffer in, int pieceCount, BitSet into) {
    int piece = in.getInt();
    boolean good = in.getInt() == ~piece && piece >= 0 && piece < pieceCount && !into.get(piece);
    if (good) {
      into.set(piece);
    }
    return good;
  }

  /// What was in it when it was opened.
  List<Integer> loaded() {
    return new ArrayList<>(pieces.stream().boxed().toList());
  }

  /// Lists pieces whose bytes have been forced; those that it has are not listed twice.
  void append(List<Integer> forced) throws IOException {
    ByteBuffer out = ByteBuffer.allocate(forced.size() * ENTRY_BYTES);
    for (int piece : forced) {
      if (!pieces.get(piece)) {
        pieces.set(piece);
        out.putInt(piece).putInt(~piece);
      }
    }
    out.flip();
    while (out.hasRemaining()) {
      channel.write(out);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
