package dev.ringrift.io.keeper;

import dev.ringrift.core.UserError;
import dev.ringrift.core.jobs.AttemptId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.zip.CRC32;

/// Where the keeper's files are below a node's data folder.
record KeeperHome(Path data) {
  /// A path of a Unix socket has at most 107 bytes (unix(7)).
  static final int SOCKET_PATH_BYTES_MAX = 107;

  KeeperHome {
    data = data.toAbsolutePath().normalize();
  }

  Path run() {
    return data.resolve("run");
  }

  Path lock() {
    return run().resolve("keeper.lock");
  }

  Path log() {
    return run().resolve("keeper.log");
  }

  Path journal() {
    return run().resolve("keeper.journal");
  }

  Path attempts() {
    return data.resolve("attempts");
  }

  Path attempt(AttemptId id) {
    return attempts().resolve(id.toString());
  }

  /// The socket: in the data folder, or where its path is too long for one, in a private folder
  /// below the system's folder for temporary files.
  Path socket() {
    Path near = run().resolve("keeper.sock");
    if (near.toString().getBytes(StandardCharsets.UTF_8).length <= SOCKET_PATH_BYTES_MAX) {
      return near;
    }
    CRC32 crc = new CRC32();
    crc.update(data.toString().getBytes(StandardCharsets.UTF_8));
    String name = "ringrift-%s-%08x".formatted(System.getProperty("user.name"), crc.getValue());
    return Path.of(System.getProperty("java.io.tmpdir"), name, "keeper.sock");
  }

  /// Makes the folders, for this user alone.
  ///
  /// @throws UserError when the socket's folder belongs to somebody else
  void create() throws IOException {
    var own = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    Files.createDirectories(run(), own);
    Files.createDirectories(attempts(), own);
    Path folder = socket().resolveSibling("").normalize();
    if (!folder.equals(run())) {
      if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
        Files.createDirectory(folder, own);
      }
      checkPrivate(folder);
    }
  }

  /// Checks that nobody else can put a socket there.
  private void checkPrivate(Path folder) throws IOException {
    String mode =
        PosixFilePermissions.toString(
            Files.getPosixFilePermissions(folder, LinkOption.NOFOLLOW_LINKS));
    boolean ours = Files.getOwner(folder, LinkOption.NOFOLLOW_LINKS).equals(Files.getOwner(run()));
    if (!ours || !mode.endsWith("------")) {
      throw new UserError(
          "cannot use %s for the keeper's socket".formatted(folder),
          "it must belong to this user alone, and its mode is " + mode,
          "remove it, or use a data folder with a shorter path than " + data);
    }
  }
}
