package dev.ringrift.io.archive;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;

/// Unpacks what `FolderPack` packed: a POSIX tar archive (ustar, IEEE Std 1003.1) of regular files.
/// Nothing lands outside of the folder, and nothing through a symbolic link.
public final class PackedFolder {
  private static final int BLOCK = 512;
  private static final int NAME_BYTES = 100;
  private static final int PREFIX_BYTES = 155;

  private PackedFolder() {}

  /// Unpacks into `folder`, over what is there.
  public static void unpack(Path archive, Path folder) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(archive), 1 << 16)) {
      while (true) {
        byte[] head = in.readNBytes(BLOCK);
        if (head.length < BLOCK || head[0] == 0) {
          return;
        }
        entry(head, in, folder);
      }
    }
  }

  private static void entry(byte[] head, InputStream in, Path folder) throws IOException {
    String prefix = text(head, 345, PREFIX_BYTES);
    String name =
        prefix.isEmpty() ? text(head, 0, NAME_BYTES) : prefix + "/" + text(head, 0, NAME_BYTES);
    long size = octal(head, 124, 12);
    Path target = folder.resolve(name).normalize();
    if (head[156] != '0' || !target.startsWith(folder) || target.equals(folder)) {
      throw new IOException("the archive has an entry that is not allowed: " + name);
    }
    Path at = folder;
    for (Path part : folder.relativize(target)) {
      if (Files.isSymbolicLink(at.resolve(part))) {
        throw new IOException("a symbolic link is in the way of " + name);
      }
      at = at.resolve(part);
      if (!at.equals(target) && !Files.isDirectory(at)) {
        Files.createDirectory(at);
      }
    }
    try (OutputStream out = Files.newOutputStream(target)) {
      copy(in, out, size);
    }
    in.skipNBytes((BLOCK - size % BLOCK) % BLOCK);
    if ((octal(head, 100, 8) & 0100) != 0) {
      Set<PosixFilePermission> mode =
          EnumSet.copyOf(Files.getPosixFilePermissions(target, LinkOption.NOFOLLOW_LINKS));
      mode.add(PosixFilePermission.OWNER_EXECUTE);
      Files.setPosixFilePermissions(target, mode);
    }
  }

  private static void copy(InputStream in, OutputStream out, long size) throws IOException {
    byte[] buffer = new byte[1 << 16];
    long left = size;
    while (left > 0) {
      int read = in.read(buffer, 0, (int) Math.min(left, buffer.length));
      if (read < 0) {
        throw new EOFException("the archive ends in the middle of a file");
      }
      out.write(buffer, 0, read);
      left -= read;
    }
  }

  private static String text(byte[] head, int from, int length) {
    int end = from;
    while (end < from + length && head[end] != 0) {
      end++;
    }
    return new String(head, from, end - from, StandardCharsets.UTF_8);
  }

  private static long octal(byte[] head, int from, int length) throws IOException {
    try {
      return Long.parseLong(text(head, from, length).strip(), 8);
    } catch (NumberFormatException e) {
      throw new IOException("the archive has a damaged head", e);
    }
  }
}
