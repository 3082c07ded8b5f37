package dev.ringrift.io.data.files;

import dev.ringrift.core.data.Manifest;
import dev.ringrift.core.data.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/// Reads one file at a time with two threads: the first reads and hashes the whole, the second
/// hashes the pieces. More would not help, for the hash of the whole cannot be divided. Platform
/// threads, since a virtual one holds its carrier while it reads a file.
final class HashLine implements AutoCloseable {
  private static final int BUFFER_BYTES = 1 << 20;
  private static final int BUFFERS = 4;
  private static final int IDLE_SECONDS = 10;

  private final ThreadPoolExecutor reader = thread("hash-whole");
  private final ThreadPoolExecutor pieces = thread("hash-pieces");

  /// Begins to read; empty when the file turns out not to be as long as `stamp` says.
  Future<Optional<HashedFile>> begin(Path file, FileStamp stamp, LongConsumer progress) {
    return reader.submit(() -> new Reading(stamp, progress).read(file));
  }

  @Override
  public void close() {
    reader.shutdownNow();
    pieces.shutdownNow();
  }

  private static ThreadPoolExecutor thread(String name) {
    ThreadPoolExecutor one =
        new ThreadPoolExecutor(
            1,
            1,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().daemon().name(name).factory());
    one.allowCoreThreadTimeOut(true);
    return one;
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /// One reading of one file.
  private final class Reading {
    private final FileStamp stamp;
    private final LongConsumer progress;
    private final int pieceLength;
    private final MessageDigest whole = sha256();
    private final MessageDigest piece = sha256();
    private final List<Sha256> hashes = new ArrayList<>();
    private final ArrayBlockingQueue<ByteBuffer> free = new ArrayBlockingQueue<>(BUFFERS);
    private int inPiece;

    Reading(FileStamp stamp, LongConsumer progress) {
      this.stamp = stamp;
      this.progress = progress;
      this.pieceLength = Manifest.pieceLengthFor(stamp.sizeBytes());
      int bytes = Math.clamp(stamp.sizeBytes(), 1, BUFFER_BYTES);
      for (int i = 0; i < (bytes < BUFFER_BYTES ? 1 : BUFFERS); i++) {
        free.add(ByteBuffer.allocate(bytes));
      }
    }

    Optional<HashedFile> read(Path file) throws IOException, InterruptedException {
      long at = 0;
      try (FileChannel in =
          FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
        while (at < stamp.sizeBytes()) {
          ByteBuffer buffer = free.take();
          fill(in, buffer, stamp.sizeBytes() - at);
          if (!buffer.hasRemaining()) {
            return Optional.empty(); // cut off meanwhile
          }
          at += buffer.remaining();
          ByteBuffer copy = buffer.duplicate();
          pieces.execute(() -> addToPieces(buffer));
          whole.update(copy);
          progress.accept(at);
        }
      }
      awaitPieces();
      Manifest manifest = new Manifest(stamp.sizeBytes(), pieceLength, hashes);
      return Optional.of(new HashedFile(stamp, manifest, manifest.id(), Sha256.of(whole.digest())));
    }

    private static void fill(FileChannel in, ByteBuffer buffer, long most) throws IOException {
      buffer.clear().limit((int) Math.min(buffer.capacity(), most));
      while (buffer.hasRemaining() && in.read(buffer) >= 0) {
        // goes on until the buffer is full or the file ends
      }
      buffer.flip();
    }

    private void addToPieces(ByteBuffer buffer) {
      while (buffer.hasRemaining()) {
        int part = Math.min(pieceLength - inPiece, buffer.remaining());
        piece.update(buffer.slice(buffer.position(), part));
        buffer.position(buffer.position() + part);
        inPiece += part;
        if (inPiece == pieceLength) {
          endPiece();
        }
      }
      free.add(buffer);
    }

    private void endPiece() {
      hashes.add(Sha256.of(piece.digest()));
      inPiece = 0;
    }

    /// Also makes what the other thread wrote visible to this one.
    private void awaitPieces() throws InterruptedException {
      try {
        pieces
            .submit(
                () -> {
                  if (inPiece > 0) {
                    endPiece();
                  }
                })
            .get();
      } catch (ExecutionException e) {
        throw new IllegalStateException("hashing failed", e);
      }
    }
  }
}
