package dev.ringrift.io.data.files;

import dev.ringrift.core.data.Manifest;
import dev.ringrift.core.data.ObjectId;
import dev.ringrift.core.data.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/// Remembers on disk what is in files, by their stamps, so that a restart reads none again: one
/// small file for each inode, in 256 folders. An entry that is missing, damaged or of another
/// stamp is none; nothing is lost but time. Thread-safe.
public final class HashCache {
  /// Most entries; beyond that the oldest go.
  public static final int ENTRIES_MAX = 200_000;

  private static final int MAGIC = 0x72726831; // "rrh1"
  private static final int HEAD_BYTES = Integer.BYTES + 5 * Long.BYTES + 2 * Sha256.BYTES;
  private static final int FOLDERS = 256;

  private final Path folder;
  private final AtomicInteger added = new AtomicInteger();

  /// @param folder made when it is needed
  public HashCache(Path folder) {
    this.folder = folder;
  }

  /// What is in the file with this stamp.
  public Optional<HashedFile> find(FileStamp stamp) {
    try {
      byte[] bytes = Files.readAllBytes(entry(stamp));
      return decode(bytes).filter(found -> found.stamp().equals(stamp));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /// Remembers it, in the place of what was known of the same inode.
  ///
  /// @throws IOException when it cannot be written
  public void put(HashedFile file) throws IOException {
    Path entry = entry(file.stamp());
    Path parent = Files.createDirectories(entry.resolveSibling(""));
    Path fresh = Files.createTempFile(parent, "new-", "");
    try {
      Files.write(fresh, encode(file));
      Files.move(fresh, entry, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(fresh);
    }
    if (added.incrementAndGet() % (ENTRIES_MAX / 100) == 0) {
      trim(ENTRIES_MAX);
    }
  }

  /// Keeps the newest `most` entries.
  void trim(int most) throws IOException {
    try (Stream<Path> all = Files.walk(folder, 2)) {
      List<Path> oldest =
          all.filter(Files::isRegularFile)
              .sorted(Comparator.comparingLong(HashCache::writtenMillis).reversed())
              .skip(most)
              .toList();
      for (Path entry : oldest) {
        Files.deleteIfExists(entry);
      }
    } catch (NoSuchFileException e) {
      // there is none yet
    }
  }

  private static long writtenMillis(Path entry) {
    try {
      return Files.getLastModifiedTime(entry).toMillis();
    } catch (IOException e) {
      return Long.MAX_VALUE; // gone: another one took its place
    }
  }

  private Path entry(FileStamp stamp) {
    String shard = "%02x".formatted(Math.floorMod(stamp.inode(), FOLDERS));
    return folder.resolve(shard).resolve("%x-%x".formatted(stamp.device(), stamp.inode()));
  }

  private static byte[] encode(HashedFile file) {
    byte[] manifest = file.manifest().encoded();
    FileStamp stamp = file.stamp();
    ByteBuffer out = ByteBuffer.allocate(HEAD_BYTES + manifest.length + Long.BYTES);
    out.putInt(MAGIC);
    out.putLong(stamp.device()).putLong(stamp.inode()).putLong(stamp.sizeBytes());
    out.putLong(stamp.modifiedNanos()).putLong(stamp.changedNanos());
    out.put(file.id().hash().bytes()).put(file.sha256().bytes()).put(manifest);
    out.putLong(crc(out.array(), out.position()));
    return out.array();
  }

  private static Optional<HashedFile> decode(byte[] bytes) {
    int end = bytes.length - Long.BYTES;
    if (end < HEAD_BYTES || ByteBuffer.wrap(bytes).getLong(end) != crc(bytes, end)) {
      return Optional.empty();
    }
    ByteBuffer in = ByteBuffer.wrap(bytes, 0, end);
    if (in.getInt() != MAGIC) {
      return Optional.empty();
    }
    FileStamp stamp =
        new FileStamp(in.getLong(), in.getLong(), in.getLong(), in.getLong(), in.getLong());
    ObjectId id = new ObjectId(hash(in));
    Sha256 whole = hash(in);
    byte[] manifest = new byte[in.remaining()];
    in.get(manifest);
    return Optional.of(new HashedFile(stamp, Manifest.decode(manifest), id, whole));
  }

  private static Sha256 hash(ByteBuffer in) {
    byte[] bytes = new byte[Sha256.BYTES];
    in.get(bytes);
    return Sha256.of(bytes);
  }

  private static long crc(byte[] bytes, int length) {
    CRC32 crc = new CRC32();
    crc.update(bytes, 0, length);
    return crc.getValue();
  }
}
