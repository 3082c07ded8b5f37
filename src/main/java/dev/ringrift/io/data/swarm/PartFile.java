package dev.ringrift.io.data.swarm;

import dev.ringrift.core.UserError;
import dev.ringrift.core.data.Sha256;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.util.Objects;
import java.util.zip.CRC32;

/// The file while it is fetched: beside its target, with a dot name that nobody serves or lists,
/// and as long as it will be. Thread-safe. What the disk refuses is a `UserError`, so that no
/// source is blamed for it.
final class PartFile implements Closeable {
  private static final int NAME_BYTES_MAX = 200;
  private static final int READ_BYTES = 256 << 10;
  private static final int OPENINGS_MAX = 10;

  private final Path target;
  private final Path path;
  private final FileChannel channel;

  private PartFile(Path target, Path path, FileChannel channel) {
    this.target = target;
    this.path = path;
    this.channel = channel;
  }

  /// Where it lies for `target`.
  static Path pathFor(Path target) {
    return sibling(target, ".part");
  }

  /// Where the list of its pieces lies.
  static Path journalFor(Path target) {
    return sibling(target, ".part.pieces");
  }

  private static Path sibling(Path target, String ending) {
    String name = Objects.requireNonNull(target.getFileName()).toString();
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > NAME_BYTES_MAX) {
      CRC32 crc = new CRC32();
      crc.update(bytes);
      name = name.substring(0, Math.min(40, name.length())) + "-%08x".formatted(crc.getValue());
    }
    return target.resolveSibling("." + name + ending);
  }

  /// Opens it, a new one where there is none; no other fetch can then.
  ///
  /// @throws UserError when the folder cannot be written to, or another fetch has it
  static PartFile open(Path target) {
    return open(target, () -> {});
  }

  /// @param opened run each time between the opening of the file and the lock
  static PartFile open(Path target, Runnable opened) {
    Path folder = Objects.requireNonNull(target.getParent());
    Path path = pathFor(target);
    if (Files.isDirectory(target)) {
      throw new UserError(
          "cannot write " + target, "it is a folder", "name the file that is to be written");
    }
    try {
      Files.createDirectories(folder);
      for (int i = 0; i < OPENINGS_MAX; i++) {
        Object before = key(path);
        FileChannel channel =
            FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
        opened.run();
        if (!locked(channel)) {
          channel.close();
          break;
        }
        if (before.equals(key(path))) {
          return new PartFile(target, path, channel);
        }
        channel.close(); // of a file that has got its name since
      }
    } catch (IOException e) {
      throw new UserError(
          "cannot write into " + folder,
          Files.isDirectory(folder) && !Files.isWritable(folder)
              ? "this user may not"
              : Ways.reason(e),
          "choose another folder, or change who may write there");
    }
    throw new UserError(
        target + " is being fetched already", "", "wait for it, or end the other fetch");
  }

  /// Which file lies there, by what stays the same when it gets another name; makes one where there
  /// is none. The lock is of the file and not of the name: who had it before may have renamed it
  /// between the opening and the lock, and what is open is then a finished file.
  private static Object key(Path path) throws IOException {
    for (int i = 0; i < OPENINGS_MAX; i++) {
      try {
        Files.createFile(path);
      } catch (FileAlreadyExistsException e) {
        // of an earlier fetch
      }
      try {
        BasicFileAttributes found = Files.readAttributes(path, BasicFileAttributes.class);
        return found.fileKey() == null ? found.creationTime() : found.fileKey();
      } catch (NoSuchFileException e) {
        // renamed this moment
      }
    }
    throw new IOException(path + " comes and goes");
  }

  private static boolean locked(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  Path path() {
    return path;
  }

  /// Gives it its length.
  ///
  /// @throws UserError when the disk has no room for it: before the first byte is fetched
  void extend(long sizeBytes) {
    DiskSpace.require(path, sizeBytes);
    try {
      if (channel.size() > sizeBytes) {
        channel.truncate(sizeBytes);
      } else if (channel.size() < sizeBytes) {
        channel.write(ByteBuffer.allocate(1), sizeBytes - 1);
      }
    } catch (IOException e) {
      throw refused(e);
    }
  }

  /// Empties it: nothing of an earlier fetch is gone on from.
  void clear() {
    try {
      Files.deleteIfExists(journalFor(target));
      channel.truncate(0);
    } catch (IOException e) {
      throw refused(e);
    }
  }

  /// Takes the blocks for it, where the file system can; it may be written to meanwhile.
  ///
  /// @throws UserError when somebody else has taken them
  void reserve(long sizeBytes) {
    DiskSpace.reserve(path, sizeBytes);
  }

  void write(ByteBuffer bytes, long position) {
    try {
      long at = position;
      while (bytes.hasRemaining()) {
        at += channel.write(bytes, at);
      }
    } catch (IOException e) {
      throw refused(e);
    }
  }

  /// The SHA-256 of some of its bytes.
  Sha256 digest(long offset, long length) {
    MessageDigest digest = Digests.sha256();
    ByteBuffer buffer = ByteBuffer.allocateDirect((int) Math.min(READ_BYTES, Math.max(1, length)));
    try {
      for (long done = 0; done < length; ) {
        buffer.clear().limit((int) Math.min(buffer.capacity(), length - done));
        int count = channel.read(buffer, offset + done);
        if (count < 0) {
          break; // shorter than it should be: a hash that nobody expects
        }
        digest.update(buffer.flip());
        done += count;
      }
    } catch (IOException e) {
      throw refused(e);
    }
    return Sha256.of(digest.digest());
  }

  /// Returns when all that was written is on the disk.
  void force() {
    try {
      channel.force(false);
    } catch (IOException e) {
      throw refused(e);
    }
  }

  /// Puts it in the place of its target, for good.
  void publish(long sizeBytes) {
    try {
      if (channel.size() != sizeBytes) {
        throw new IllegalStateException(
            "%s has %d bytes, not %d".formatted(path, channel.size(), sizeBytes));
      }
      channel.force(true);
      Files.move(path, target, StandardCopyOption.ATOMIC_MOVE);
      try (FileChannel folder =
          FileChannel.open(Objects.requireNonNull(target.getParent()), StandardOpenOption.READ)) {
        folder.force(true);
      }
      Files.deleteIfExists(journalFor(target));
    } catch (IOException e) {
      throw refused(e);
    }
  }

  /// Takes it off the disk: nothing of it is of use.
  void delete() {
    try {
      Files.deleteIfExists(path);
      Files.deleteIfExists(journalFor(target));
    } catch (IOException e) {
      throw refused(e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw refused(e);
    }
  }

  private UserError refused(IOException e) {
    return new UserError(
        "cannot write " + path,
        Ways.reason(e),
        "what has been verified is kept: mend it and fetch again");
  }
}
