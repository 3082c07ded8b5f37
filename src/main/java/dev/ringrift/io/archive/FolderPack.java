package dev.ringrift.io.archive;

import dev.ringrift.core.UserError;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Locale;
import java.util.TreeMap;

/// Packs a folder into a POSIX tar archive (ustar, IEEE Std 1003.1) that is the same, byte for
/// byte, whenever the files are: in the order of their names, without times and owners.
/// `PackedFolder` unpacks it, and so does `tar`.
public final class FolderPack {
  /// Most bytes of what is packed.
  public static final long BYTES_MAX = 512L << 20;

  /// Most files.
  public static final int FILES_MAX = 50_000;

  private static final int BLOCK = 512;
  private static final int NAME_BYTES = 100;
  private static final int PREFIX_BYTES = 155;

  private final Path folder;
  private final IgnoreRules ignored;
  private final TreeMap<String, Path> files = new TreeMap<>();
  private long bytes;
  private int links;

  private FolderPack(Path folder, IgnoreRules ignored) {
    this.folder = folder;
    this.ignored = ignored;
  }

  /// Packs what `.ringriftignore`, or else `.gitignore`, does not leave out.
  ///
  /// @throws UserError when it cannot be read, or is too much
  public static Packed pack(Path folder, Path archive) {
    try {
      FolderPack pack = new FolderPack(folder, IgnoreRules.of(folder));
      pack.collect();
      try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(archive), 1 << 16)) {
        pack.write(out);
      }
      return new Packed(pack.files.size(), pack.bytes, pack.links);
    } catch (IOException e) {
      throw new UserError(
          "cannot pack " + folder, e.toString(), "is it a folder that you may read?");
    }
  }

  private void collect() throws IOException {
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes found) {
            Path below = folder.relativize(dir);
            return !dir.equals(folder) && ignored.ignores(below, true)
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes found) {
            Path below = folder.relativize(file);
            if (ignored.ignores(below, false)) {
              return FileVisitResult.CONTINUE;
            }
            if (found.isRegularFile()) {
              add(below, file, found.size());
            } else {
              links++;
            }
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private void add(Path below, Path file, long size) {
    files.put(below.toString(), file);
    bytes += size;
    if (bytes > BYTES_MAX || files.size() > FILES_MAX) {
      throw new UserError(
          "%s is too much to send with a job".formatted(folder),
          "it has more than %d files or %d MiB".formatted(FILES_MAX, BYTES_MAX >> 20),
          "name what is not needed in .ringriftignore, and publish large files with 'ringrift data"
              + " publish'");
    }
  }

  private void write(OutputStream out) throws IOException {
    for (var each : files.entrySet()) {
      byte[] content = Files.readAllBytes(each.getValue());
      out.write(head(each.getKey(), content.length, Files.isExecutable(each.getValue())));
      out.write(content);
      out.write(new byte[(BLOCK - content.length % BLOCK) % BLOCK]);
    }
    out.write(new byte[2 * BLOCK]);
  }

  private static byte[] head(String name, long size, boolean executable) {
    byte[] head = new byte[BLOCK];
    int cut = cut(name);
    put(head, 0, name.substring(cut));
    put(head, 100, executable ? "0000755" : "0000644");
    put(head, 108, "0000000");
    put(head, 116, "0000000");
    put(head, 124, String.format(Locale.ROOT, "%011o", size));
    put(head, 136, "00000000000");
    put(head, 148, "        ");
    head[156] = '0';
    put(head, 257, "ustar");
    put(head, 263, "00");
    put(head, 345, cut == 0 ? "" : name.substring(0, cut - 1));
    int sum = 0;
    for (byte each : head) {
      sum += each & 0xff;
    }
    put(head, 148, String.format(Locale.ROOT, "%06o\0 ", sum));
    return head;
  }

  /// Where the part of a name begins that goes into the first field.
  private static int cut(String name) {
    int from = 0;
    while (bytes(name.substring(from)) > NAME_BYTES) {
      int slash = name.indexOf('/', from);
      if (slash < 0) {
        throw tooLong(name);
      }
      from = slash + 1;
    }
    if (from > 0 && bytes(name.substring(0, from - 1)) > PREFIX_BYTES) {
      throw tooLong(name);
    }
    return from;
  }

  private static UserError tooLong(String name) {
    return new UserError(
        "the name %s is too long".formatted(name),
        "an archive has room for %d bytes of folders and %d of a name"
            .formatted(PREFIX_BYTES, NAME_BYTES),
        "shorten it, or name it in .ringriftignore");
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  private static void put(byte[] head, int at, String text) {
    byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
    System.arraycopy(encoded, 0, head, at, encoded.length);
  }

  /// @param bytes of the files
  /// @param links symbolic links and other things that were left out
  public record Packed(int files, long bytes, int links) {}
}
