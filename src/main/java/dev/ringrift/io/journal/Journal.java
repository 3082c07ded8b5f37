package dev.ringrift.io.journal;

import dev.ringrift.core.UserError;
import dev.ringrift.io.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/// Lines that survive `kill -9` and a power cut: each is the CRC-32 of an entry's JSON in eight
/// hex digits, a blank, and the JSON. A last line that is not whole was never promised to
/// anybody and is dropped; damage before it is an error, and the file is left as it is. Not
/// thread-safe.
///
/// @param <T> of the entries; as `Json` reads and writes it
public final class Journal<T> implements AutoCloseable {
  /// Below this size it is not compacted.
  public static final long COMPACT_BYTES_MIN = 1 << 20;

  private static final int CRC_CHARS = 8;

  private final Path file;
  private final List<T> loaded;
  private FileChannel channel;
  private long size;
  private long compactedSize;

  private Journal(Path file, List<T> loaded, FileChannel channel, long size) {
    this.file = file;
    this.loaded = loaded;
    this.channel = channel;
    this.size = size;
    this.compactedSize = COMPACT_BYTES_MIN / 4;
  }

  /// Opens the journal, a new one when there is none.
  ///
  /// @param name of it for people, as `the keeper's journal`
  /// @param mend what a person should do when it is damaged
  /// @throws UserError when it is damaged
  public static <T> Journal<T> open(Path file, Class<T> type, String name, String mend)
      throws IOException {
    byte[] bytes = Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
    Reading<T> reading = new Reading<>(type, new ArrayList<>());
    int good = reading.parse(file, bytes, name, mend);
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    channel.truncate(good);
    channel.position(good);
    channel.force(true);
    forceFolder(file);
    return new Journal<>(file, reading.into(), channel, good);
  }

  /// What was in it when it was opened.
  public List<T> loaded() {
    return loaded;
  }

  /// Returns after `entries` are on disk; when it throws, none of them is in the file.
  public void append(List<T> entries) throws IOException {
    byte[] bytes = lines(entries);
    try {
      write(channel, bytes);
      channel.force(false);
      size += bytes.length;
    } catch (IOException e) {
      channel.truncate(size);
      channel.position(size);
      throw e;
    }
  }

  /// Whether most of it is no longer needed.
  public boolean grown() {
    return size > Math.max(COMPACT_BYTES_MIN, 4 * compactedSize);
  }

  /// Puts `entries`, which say the same in fewer lines, in the place of all there is.
  public void compact(List<T> entries) throws IOException {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    byte[] bytes = lines(entries);
    try (FileChannel out =
        FileChannel.open(
            fresh,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      write(out, bytes);
      out.force(true);
    }
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    forceFolder(file);
    channel.close();
    channel = FileChannel.open(file, StandardOpenOption.WRITE);
    channel.position(bytes.length);
    size = bytes.length;
    compactedSize = size;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private static byte[] lines(List<?> entries) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (Object entry : entries) {
      String json = Json.text(entry);
      out.writeBytes((crc(json) + " " + json + "\n").getBytes(StandardCharsets.UTF_8));
    }
    return out.toByteArray();
  }

  private static String crc(String json) {
    CRC32 crc = new CRC32();
    crc.update(json.getBytes(StandardCharsets.UTF_8));
    return "%08x".formatted(crc.getValue());
  }

  private static void write(FileChannel out, byte[] bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      out.write(buffer);
    }
  }

  private static void forceFolder(Path file) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }

  /// The lines of a file while they are read.
  private record Reading<T>(Class<T> type, List<T> into) {
    int parse(Path file, byte[] bytes, String name, String mend) {
      int good = 0;
      int number = 0;
      while (good < bytes.length) {
        number++;
        int end = good;
        while (end < bytes.length && bytes[end] != '\n') {
          end++;
        }
        String line = new String(bytes, good, end - good, StandardCharsets.UTF_8);
        String fault = end == bytes.length ? "it is cut off" : fault(line);
        if (!fault.isEmpty()) {
          if (end >= bytes.length - 1) {
            return good;
          }
          throw new UserError(
              "%s %s is damaged in line %d".formatted(name, file, number), fault, mend);
        }
        good = end + 1;
      }
      return good;
    }

    private String fault(String line) {
      if (line.length() <= CRC_CHARS || line.charAt(CRC_CHARS) != ' ') {
        return "it does not begin with a checksum";
      }
      String json = line.substring(CRC_CHARS + 1);
      if (!line.startsWith(crc(json))) {
        return "its checksum does not match";
      }
      try {
        into.add(Json.read(json.getBytes(StandardCharsets.UTF_8), type));
        return "";
      } catch (IllegalArgumentException e) {
        return String.valueOf(e.getMessage());
      }
    }
  }
}
