package dev.ringrift.io.data.files;

import dev.ringrift.agent.data.Holding;
import dev.ringrift.core.data.Manifest;
import dev.ringrift.core.data.ObjectId;
import dev.ringrift.core.data.PieceSet;
import dev.ringrift.core.data.RelativePath;
import dev.ringrift.core.data.Sha256;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// A whole file of which it is known what is in it. Immutable; its manifest is kept as bytes, which
/// take half of the room.
public final class ServedFile implements Holding {
  private final RelativePath name;
  private final Path file;
  private final FileStamp stamp;
  private final ObjectId id;
  private final Sha256 sha256;
  private final int pieces;
  private final byte[] encoded;

  ServedFile(RelativePath name, Path file, HashedFile hashed) {
    this.name = name;
    this.file = file;
    this.stamp = hashed.stamp();
    this.id = hashed.id();
    this.sha256 = hashed.sha256();
    this.pieces = hashed.manifest().pieceCount();
    this.encoded = hashed.manifest().encoded();
  }

  /// Where it lies below the served root.
  public RelativePath name() {
    return name;
  }

  @Override
  public Path file() {
    return file;
  }

  /// Of the file when it was read.
  public FileStamp stamp() {
    return stamp;
  }

  public ObjectId id() {
    return id;
  }

  /// Of the whole content.
  public Sha256 sha256() {
    return sha256;
  }

  @Override
  public Manifest manifest() {
    return Manifest.decode(encoded);
  }

  /// The manifest as it is sent; a copy.
  public byte[] encodedManifest() {
    return encoded.clone();
  }

  int manifestBytes() {
    return encoded.length;
  }

  @Override
  public Have have() {
    return new Have(1, PieceSet.all(pieces), PieceSet.none(pieces));
  }

  /// Nothing changes any more, but whoever asks again should not do so in a circle.
  @Override
  public Have awaitChange(long generation, Duration longest) throws InterruptedException {
    Have have = have();
    if (have.generation() == generation) {
      TimeUnit.NANOSECONDS.sleep(longest.toNanos());
    }
    return have;
  }

  /// Opens it for reading; what is open is the file whose content is known.
  ///
  /// @throws NoSuchFileException when it is gone, or is no longer that file
  FileChannel open() throws IOException {
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    try {
      if (FileStamp.of(file).equals(stamp)) {
        return channel;
      }
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    channel.close();
    throw new NoSuchFileException(file.toString(), null, "it has changed since it was read");
  }

  @Override
  public String toString() {
    return "%s (%s) at %s".formatted(name, id, file);
  }
}
