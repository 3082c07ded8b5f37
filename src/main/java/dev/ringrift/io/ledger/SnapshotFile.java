package dev.ringrift.io.ledger;

import dev.ringrift.core.ledger.ClusterState;
import dev.ringrift.io.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A snapshot of the state on disk: `snapshot.TERM_INDEX`, a line with the SHA-256 and the length
/// of what follows, and the state's image as JSON.
///
/// @param term of the last command that it includes
/// @param index of that command in the log
record SnapshotFile(Path path, long term, long index) {
  private static final String MAGIC = "ringrift-ledger-snapshot-1";
  private static final Pattern NAME = Pattern.compile("snapshot\\.(\\d+)_(\\d+)");

  /// Most bytes of the first line.
  private static final int HEADER_BYTES_MAX = 256;

  /// The snapshots of `folder`, newest first; none when there is no such folder.
  static List<SnapshotFile> list(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .flatMap(path -> of(path).stream())
          .sorted(Comparator.comparingLong(SnapshotFile::index).reversed())
          .toList();
    }
  }

  private static Optional<SnapshotFile> of(Path path) {
    Matcher name = NAME.matcher(path.getFileName().toString());
    return name.matches()
        ? Optional.of(
            new SnapshotFile(path, Long.parseLong(name.group(1)), Long.parseLong(name.group(2))))
        : Optional.empty();
  }

  /// Writes a snapshot, which is there whole or not at all.
  static SnapshotFile write(Path folder, long term, long index, ClusterState.Image image)
      throws IOException {
    byte[] body = Json.bytes(image);
    String header = "%s %s %d\n".formatted(MAGIC, sha256(body), body.length);
    Path path = folder.resolve("snapshot.%d_%d".formatted(term, index));
    Disk.write(path, header.getBytes(StandardCharsets.UTF_8), body);
    return new SnapshotFile(path, term, index);
  }

  /// Reads it back.
  ///
  /// @throws UserError when this program is too old for it
  /// @throws IOException when it cannot be read or its checksum is wrong; the message says which
  ClusterState.Image read(CommandCodec codec) throws IOException {
    byte[] all = Files.readAllBytes(path);
    int end = Math.min(all.length, HEADER_BYTES_MAX);
    int line = new String(all, 0, end, StandardCharsets.UTF_8).indexOf('\n');
    String[] header =
        line < 0 ? new String[0] : new String(all, 0, line, StandardCharsets.UTF_8).split(" ", -1);
    if (header.length != 3 || !header[0].equals(MAGIC)) {
      throw new IOException("%s has no header of a snapshot".formatted(path));
    }
    byte[] body = Arrays.copyOfRange(all, line + 1, all.length);
    if (!header[2].equals(Integer.toString(body.length)) || !header[1].equals(sha256(body))) {
      throw new IOException("%s does not match its checksum".formatted(path));
    }
    try {
      return codec.image(body, path.toString());
    } catch (IllegalArgumentException e) {
      throw new IOException("%s cannot be read: %s".formatted(path, e.getMessage()), e);
    }
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
